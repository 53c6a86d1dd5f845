package io.syncguard.internal.open;

import io.syncguard.Backend;
import io.syncguard.GuardOptions;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.internal.guard.BlockingGuard;
import io.syncguard.spi.LockBackend;

/** Opens guards. Stateless. */
public final class GuardOpener {
    private GuardOpener() {}

    /** Returns a guard on the backend that a URI names. */
    public static SyncGuard connect(String uri, GuardOptions options) {
        InvalidArgumentException.requireNonNull(options, "options");
        LockBackend backend = openBackend(uri);
        try {
            return using(backend, options);
        } catch (LockException e) {
            backend.close();
            throw e;
        }
    }

    /** Returns the backend that a URI names. */
    public static LockBackend openBackend(String uri) {
        return BackendDiscovery.onClassPath().open(uri);
    }

    /** Returns a guard on a backend. */
    public static SyncGuard using(Backend backend, GuardOptions options) {
        return BlockingGuard.on(
                (LockBackend) InvalidArgumentException.requireNonNull(backend, "backend"),
                InvalidArgumentException.requireNonNull(options, "options"));
    }
}
