package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How one client takes calls to Redis. Thread-safe. */
public sealed interface RedisTransport extends AutoCloseable {
    /**
     * Makes a call on the calling thread, which blocks until the call's deadline at the latest (OPT-2).
     *
     * @throws LockException whatever the call failed with
     */
    <T extends @Nullable Object> T call(RedisCall<T> call);

    /** Returns whether the calling thread may wait for an answer, and does not have to read it itself (OPT-5). */
    default boolean mayBlock() {
        return true;
    }

    /**
     * Sees to it that the server can say what replicas have. Blocks as a call does.
     *
     * @throws LockException if it cannot, or cannot be reached
     */
    void requireWait();

    /**
     * Returns a setting of a server by {@code CONFIG GET}, which no script may ask; null if the server does not tell, or if this client is
     * not made to ask, as by default. Blocks as a call does. Throws nothing.
     *
     * @param name leads to the server: in a cluster to the master that has its slot
     * @param setting such as {@code save}
     */
    default @Nullable String setting(byte[] name, String setting) {
        return null;
    }

    /** Ends calls in flight, refuses new ones, and closes what is ours to close. Throws nothing. */
    @Override
    void close();

    /** One whose calls need a thread each. */
    non-sealed interface Blocking extends RedisTransport {
        /** Returns how many calls can be under way at once. */
        int mostCalls();

        /** Returns by what its calls end. */
        CallDeadlines deadlines();
    }

    /** One that sends without blocking. */
    non-sealed interface Async extends RedisTransport {
        /** Makes a call without blocking. Throws nothing. */
        <T extends @Nullable Object> CompletableFuture<T> send(RedisCall<T> call);
    }
}
