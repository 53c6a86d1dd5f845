package io.syncguard.spi;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The keys that were just released in favour of somebody elsewhere, for backends that answer
 * {@link WakeUps#holdBack}. Without this a fast releaser takes its own lock straight back, before the one it woke can
 * (WAI-3). Costs a look at an empty map while nobody waits. Thread-safe.
 */
public final class HoldBacks {
    private static final int MOST = 10_000;

    private final long nanos;
    private final ConcurrentMap<String, Long> untilNanos = new ConcurrentHashMap<>();

    /**
     * Creates an empty one.
     *
     * @param time how long somebody who was woken may take to come: somewhat more than it usually takes
     */
    public HoldBacks(Duration time) {
        this.nanos = time.toNanos();
    }

    /** Takes note that somebody elsewhere was woken for a key, named as it is stored. */
    public void wokenElsewhere(String stored) {
        if (untilNanos.size() >= MOST) {
            // Long over, nearly all of them.
            untilNanos.clear();
        }
        untilNanos.put(stored, System.nanoTime() + nanos);
    }

    /** Takes note that it is the turn of those here again. */
    public void over(String stored) {
        if (!untilNanos.isEmpty()) {
            untilNanos.remove(stored);
        }
    }

    /** Returns whether there is no key to hold back for. */
    public boolean isEmpty() {
        return untilNanos.isEmpty();
    }

    /** Returns how long to hold back still; zero if not at all. */
    public Duration of(String stored) {
        if (untilNanos.isEmpty()) {
            return Duration.ZERO;
        }
        Long until = untilNanos.get(stored);
        if (until == null) {
            return Duration.ZERO;
        }
        long left = until - System.nanoTime();
        if (left <= 0) {
            untilNanos.remove(stored, until);
            return Duration.ZERO;
        }
        return Duration.ofNanos(left);
    }
}
