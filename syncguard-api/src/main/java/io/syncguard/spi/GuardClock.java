package io.syncguard.spi;

/**
 * The clock by which a guard measures leases, waits, pauses and heartbeats (TIME-8). Thread-safe; no method blocks, except as
 * {@link JumpListener} says.
 *
 * <p>A backend on a server uses {@link #machine()}, the default. A backend that keeps its locks by a clock of its own, such as one that
 * a test can move, hands that clock to its guards, so that both agree on when a lock ends.
 */
public interface GuardClock {
    /** Returns the clocks of this machine, always the same object. They never jump. */
    static GuardClock machine() {
        return MachineClock.INSTANCE;
    }

    /** Returns the monotonic time in nanoseconds from an arbitrary origin, as {@link System#nanoTime()} does. */
    long nanoTime();

    /**
     * Returns the wall-clock time in milliseconds since the epoch, as {@link System#currentTimeMillis()} does. A guard compares its
     * progress with that of {@link #nanoTime()} (TIME-7), so a jump must move both.
     */
    long currentTimeMillis();

    /**
     * Registers what is to look at the clock again after each jump: what sleeps by the machine's time until a moment of this clock.
     * Does nothing by default, for a clock that never jumps.
     */
    default void addJumpListener(JumpListener listener) {}

    /** Removes a listener. Does nothing if it was not registered. */
    default void removeJumpListener(JumpListener listener) {}

    /** Something that waits for a moment of a clock. */
    interface JumpListener {
        /**
         * The clock has jumped forward: {@link GuardClock#nanoTime()} already answers the new time. Called on the thread that moves the
         * clock. May wait for its own threads to do what has become due, and runs no code of the application. Throws nothing.
         */
        void clockJumped();
    }
}
