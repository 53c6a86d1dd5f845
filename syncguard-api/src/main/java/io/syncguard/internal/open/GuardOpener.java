package io.syncguard.internal.open;

import io.syncguard.GuardOptions;
import io.syncguard.SyncGuard;
import io.syncguard.internal.guard.BlockingGuard;
import io.syncguard.spi.LockBackend;
import java.util.Objects;

/** Opens guards. Stateless. */
public final class GuardOpener {
    private GuardOpener() {}

    /** Returns a guard on the backend that a URI names. */
    public static SyncGuard connect(String uri, GuardOptions options) {
        Objects.requireNonNull(options, "options");
        return using(openBackend(uri), options);
    }

    /** Returns the backend that a URI names. */
    public static LockBackend openBackend(String uri) {
        return BackendDiscovery.onClassPath().open(uri);
    }

    /** Returns a guard on a backend. */
    public static SyncGuard using(LockBackend backend, GuardOptions options) {
        return BlockingGuard.on(backend, options);
    }
}
