package io.syncguard;

import io.syncguard.spi.LockBackend;

/**
 * A store of locks, for {@link SyncGuard#using}. The {@code create} methods of the backends make one, and so does
 * {@link SyncGuard#openBackend}. Every one is a {@link LockBackend}, which is for backend authors and for operators' tools.
 */
public sealed interface Backend extends AutoCloseable permits LockBackend {

    /** Returns the name of this kind of backend, such as {@code redis-jedis}. Never blocks. Works after {@code close()} too. */
    String name();

    /**
     * Closes the backend. Calls in flight end with {@code ABORTED}. The backend's own threads, timers and connections are gone when
     * this returns (OPT-3). A client that was handed in stays open. Further calls have no effect. Throws nothing.
     */
    @Override
    void close();
}
