package io.syncguard;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees operations and held locks begin and end, as they happen: for spans, meters, and whatever else needs the caller's context. Set by
 * {@link GuardOptions#withObserver}. Work that can wait belongs in a {@link LockListener}, which cannot slow anything down.
 *
 * <p>The guard calls an observer synchronously. An operation begins on its caller's thread. In the blocking view it ends there too, unless
 * it waited for its turn behind another call on the same handle; then, and in the asynchronous view, it ends on the thread that has the
 * answer, before the future completes. Many threads may call an observer at once. An observer must not block and must not call the guard,
 * because the operation that it observes waits for it. It cannot delay a heartbeat. Exceptions that it throws are logged and otherwise
 * ignored (TEL-4).
 *
 * <p>Events carry fingerprints in place of ids, and of keys unless {@link GuardOptions#withKeysShown} is set (KEY-8). A fingerprint is a
 * hash, which is computed when it is asked for.
 */
public interface LockObserver {
    /**
     * Called when the application begins an operation, on a guard or a handle, or through {@code run}, {@code call} and the like.
     *
     * @param backend the name of the guard's backend, such as {@code redis-jedis}
     * @param lock identifies the lock; empty for a lookup by id and for a {@code ping}
     * @return receives the end of the operation; null to ignore it
     */
    @Nullable
    Operation operationBegins(String backend, LockOperation operation, Optional<LockLabel> lock);

    /**
     * Called when a background operation has ended: a heartbeat, or an attempt to free what an operation of unknown outcome may have left
     * behind. {@link LockEvent#origin()} tells them apart. Called some time later, on a thread of the guard, one event after another. Does
     * nothing by default.
     */
    default void backgroundEnded(LockEvent event) {}

    /**
     * Called when a heartbeat started late because this process or its machine is overloaded. A longer stall would cost the lock. Does
     * nothing by default.
     *
     * @param backend the name of the guard's backend
     * @param late how late it started; at least a sixth of the lock's ttl
     */
    default void heartbeatLate(String backend, LockLabel lock, Duration late) {}

    /**
     * Called when this many events were missed: by a listener that was too slow, or by observers that were too slow in the background,
     * the ends of holds that were lost included. Does nothing by default.
     */
    default void eventsDropped(long count) {}

    /** An operation in flight. Each method is called at most once. */
    interface Operation {
        /**
         * Called when the operation has ended, whether it succeeded or not.
         *
         * @param failure the exception that the caller gets; empty if there is none
         */
        void ended(LockEvent event, Optional<LockException> failure);

        /**
         * Called when an acquire is granted the lock, before {@link #ended}.
         *
         * @return receives the end of the hold; null to ignore it
         */
        default @Nullable Hold granted(LockLabel lock, FenceToken fence) {
            return null;
        }
    }

    /** A lock from its grant to the end of its hold. */
    interface Hold {
        /**
         * Called once, when the lock is no longer held, on whichever thread finds that; on a thread of the guard if it was lost or left to
         * expire.
         */
        void ended(HoldEvent event);

        /**
         * Called before the work that was passed to {@code run}, {@code call} and the like, on the thread that does it. Does nothing by
         * default.
         *
         * @return closed on the same thread after the work has returned; for asynchronous work, after it has returned its stage
         */
        default Scope workBegins() {
            return () -> {};
        }
    }

    /** Lasts while a thread does the work under a lock. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {
        /** Ends the scope. Throws nothing. */
        @Override
        void close();
    }
}
