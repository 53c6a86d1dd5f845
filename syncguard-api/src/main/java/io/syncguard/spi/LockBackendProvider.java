package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import java.util.Set;

/**
 * How {@code SyncGuard.connect(uri)} finds a backend. Register an implementation with a public no-argument constructor
 * under {@code META-INF/services/io.syncguard.spi.LockBackendProvider}.
 */
public interface LockBackendProvider {

    /** Returns the name of the artifact, which messages use to tell providers apart. */
    String name();

    /**
     * Returns the URI schemes this provider opens, in lower case. Beside a common scheme such as {@code redis} name one
     * nobody else has, such as {@code redis+jedis}, so that users can choose.
     */
    Set<String> schemes();

    /**
     * Returns a new backend, which owns what it opens. Checks the whole URI before any I/O and refuses parameters it
     * does not know; need not connect at once.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the URI does not make sense, with the fix in its message
     */
    @CheckReturnValue
    LockBackend open(BackendUri uri);
}
