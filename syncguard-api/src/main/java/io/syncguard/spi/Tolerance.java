package io.syncguard.spi;

/**
 * The fixed tolerance and the one test of liveness. All backends share them, and nothing configures them (TIME-1, TIME-2).
 * Stateless.
 */
public final class Tolerance {
    /** How long a lock outlives its ttl, in milliseconds. */
    public static final long MILLIS = 1000;

    private Tolerance() {}

    /**
     * Returns whether a lock is live: {@code expiresAt > now - 1000 ms} (TIME-2).
     *
     * @param expiresAtMillis when the lock's ttl ends, by the server's clock
     * @param nowMillis the same clock's time now
     */
    public static boolean isLive(long expiresAtMillis, long nowMillis) {
        return expiresAtMillis > nowMillis - MILLIS;
    }

    /** Returns when a lock becomes free for others that expires at the given moment (TIME-3). */
    public static long freeAtMillis(long expiresAtMillis) {
        return expiresAtMillis + MILLIS;
    }
}
