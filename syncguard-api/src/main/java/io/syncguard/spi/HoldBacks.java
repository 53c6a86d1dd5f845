package io.syncguard.spi;

import java.time.Duration;
import java.util.Optional;
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
    private final ConcurrentMap<String, HoldBack> known = new ConcurrentHashMap<>();

    private record HoldBack(long untilNanos, String note) {}

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
        wokenElsewhere(stored, "");
    }

    /** The same, with a note of the backend's, for {@link #note}. */
    public void wokenElsewhere(String stored, String note) {
        if (known.size() >= MOST) {
            // Long over, nearly all of them.
            known.clear();
        }
        known.put(stored, new HoldBack(System.nanoTime() + nanos, note));
    }

    /** Takes note that it is the turn of those here again. */
    public void over(String stored) {
        if (!known.isEmpty()) {
            known.remove(stored);
        }
    }

    /** Returns whether there is no key to hold back for. */
    public boolean isEmpty() {
        return known.isEmpty();
    }

    /** Returns what was noted when somebody elsewhere was woken for a key; empty once {@link #of} has said that it is over. */
    public Optional<String> note(String stored) {
        return Optional.ofNullable(known.get(stored)).map(HoldBack::note);
    }

    /** Returns how long to hold back still; zero if not at all. */
    public Duration of(String stored) {
        if (known.isEmpty()) {
            return Duration.ZERO;
        }
        HoldBack found = known.get(stored);
        if (found == null) {
            return Duration.ZERO;
        }
        long left = found.untilNanos() - System.nanoTime();
        if (left <= 0) {
            known.remove(stored, found);
            return Duration.ZERO;
        }
        return Duration.ofNanos(left);
    }
}
