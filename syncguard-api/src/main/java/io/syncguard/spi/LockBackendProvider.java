package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import java.util.Set;

/**
 * Opens backends for {@code SyncGuard.connect(uri)}. Register an implementation with a public no-argument constructor
 * under {@code META-INF/services/io.syncguard.spi.LockBackendProvider}.
 *
 * <p>A provider that throws while it is loaded or asked is skipped if another one opens the URI.
 */
public interface LockBackendProvider {

    /** Returns the name of the artifact. Messages tell providers apart by it. */
    String name();

    /**
     * Returns the URI schemes that this provider opens, in lower case. A provider of a common scheme such as {@code redis} also
     * names one of its own, such as {@code redis+jedis}, so that users can choose.
     */
    Set<String> schemes();

    /**
     * Returns a new backend, which owns everything that it opens. Checks the whole URI before any I/O, and refuses unknown
     * parameters. Need not connect yet.
     *
     * <p>The context class loader of the calling thread is the one of the provider's class.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the URI is invalid; the message says how to fix it
     */
    @CheckReturnValue
    LockBackend open(BackendUri uri);
}
