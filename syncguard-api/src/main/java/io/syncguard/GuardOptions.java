package io.syncguard;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SyncGuard} behaves as a whole. Immutable and thread-safe; each {@code with…} method returns a copy.
 *
 * @param listener is told what happens; by default one that logs, see {@link LockListener}
 * @param closeTimeout how long closing may take to release the locks still held, from zero to 1 hour; 5 s by default
 * @param executor runs the application's code, see {@link #withExecutor}; empty by default
 */
public record GuardOptions(LockListener listener, Duration closeTimeout, Optional<Executor> executor) {
    private static final Duration LONGEST_CLOSE = Duration.ofHours(1);
    private static final GuardOptions DEFAULTS =
            new GuardOptions(LockListener.LOGGING, Duration.ofSeconds(5), Optional.empty());

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if a value is null or out of range
     */
    public GuardOptions {
        if (isNull(listener)) {
            throw LockException.invalidArgument("the listener must not be null; leave it out to have failures logged");
        }
        if (isNull(closeTimeout) || closeTimeout.isNegative() || closeTimeout.compareTo(LONGEST_CLOSE) > 0) {
            throw LockException.invalidArgument("the close timeout must be from zero to 1 hour, not " + closeTimeout);
        }
        if (isNull(executor)) {
            throw LockException.invalidArgument(
                    "the executor must not be null; leave it out to use the guard's threads");
        }
    }

    private static boolean isNull(@Nullable Object o) {
        return o == null;
    }

    /** Returns options with a listener that only logs what must not go unseen, 5 seconds for closing, and no executor. */
    public static GuardOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another listener.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null
     */
    @CheckReturnValue
    public GuardOptions withListener(LockListener listener) {
        return new GuardOptions(listener, closeTimeout, executor);
    }

    /**
     * Returns these options with another limit to closing.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 1 hour
     */
    @CheckReturnValue
    public GuardOptions withCloseTimeout(Duration closeTimeout) {
        return new GuardOptions(listener, closeTimeout, executor);
    }

    /**
     * Returns these options with an executor for the application's code: the dependent stages of every future of
     * {@link AsyncGuard} and {@link AsyncHeldLock}, and callbacks for a loss. Without one, stages run on the thread that reads
     * the server's answer or on a thread of the guard's, and callbacks on threads of the guard's, which are daemons that come and
     * go with the need.
     *
     * <p>The guard's own work, renewal and deadlines included, does not depend on this executor. A task that it refuses runs on
     * a thread of the guard's. The guard does not shut it down.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is null
     */
    @CheckReturnValue
    public GuardOptions withExecutor(Executor executor) {
        if (isNull(executor)) {
            throw LockException.invalidArgument(
                    "the executor must not be null; leave it out to use the guard's threads");
        }
        return new GuardOptions(listener, closeTimeout, Optional.of(executor));
    }
}
