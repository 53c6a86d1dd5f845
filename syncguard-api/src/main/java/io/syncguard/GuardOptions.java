package io.syncguard;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SyncGuard} behaves as a whole. Immutable; each {@code with…} answers a copy.
 *
 * @param listener is told what happens; one that logs by default, see {@link LockListener}
 * @param closeTimeout how long closing may take to give back the locks still held, from zero to 1 hour; 5 s by default
 */
public record GuardOptions(LockListener listener, Duration closeTimeout) {
    private static final Duration LONGEST_CLOSE = Duration.ofHours(1);
    private static final GuardOptions DEFAULTS = new GuardOptions(LockListener.LOGGING, Duration.ofSeconds(5));

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
    }

    private static boolean isNull(@Nullable Object o) {
        return o == null;
    }

    /** Returns a listener that only logs what must not go unseen, and 5 seconds for closing. */
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
        return new GuardOptions(listener, closeTimeout);
    }

    /**
     * Returns these options with another limit to closing.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is negative or above 1 hour
     */
    @CheckReturnValue
    public GuardOptions withCloseTimeout(Duration closeTimeout) {
        return new GuardOptions(listener, closeTimeout);
    }

    /** Returns whether somebody wants to hear of every operation. */
    boolean isObserved() {
        return listener != LockListener.LOGGING;
    }
}
