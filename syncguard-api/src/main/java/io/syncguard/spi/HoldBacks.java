package io.syncguard.spi;

import io.syncguard.LockException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the keys that were just released in favour of a waiter elsewhere, for backends that answer {@link
 * WakeUps#holdBack}. Without it, a process that releases and acquires in a loop would take its own lock back before the waiter it
 * woke can acquire it (WAI-3). Costs a look at an empty map while nobody waits. Thread-safe.
 *
 * <p>Remembers about 10,000 keys. Beyond that it forgets those that are over, and then the ones that end soonest.
 */
public final class HoldBacks {
    private static final int MOST = 10_000;

    /** Making room for one key at a time would look at all keys each time. */
    private static final int ROOM = MOST / 10;

    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final long nanos;
    private final ConcurrentMap<String, HoldBack> known = new ConcurrentHashMap<>();
    private final AtomicBoolean makingRoom = new AtomicBoolean();

    private record HoldBack(long untilNanos, String note) {
        long leftNanos(long nowNanos) {
            return untilNanos - nowNanos;
        }
    }

    /**
     * Creates an empty memory.
     *
     * @param time how long to hold back: somewhat longer than a woken waiter usually takes to come; from zero to a second
     * @throws LockException {@code INVALID_ARGUMENT} if it is null, negative or longer than a second (WAI-3)
     */
    public HoldBacks(Duration time) {
        this.nanos = checked(time).toNanos();
    }

    private static Duration checked(@Nullable Duration time) {
        if (time == null || time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw LockException.invalidArgument(
                    "the time to hold back for a waiter elsewhere must be from zero to a second, not " + time);
        }
        return time;
    }

    /**
     * Remembers that a waiter elsewhere was woken for a key.
     *
     * @param stored the key as it is stored
     */
    public void wokenElsewhere(String stored) {
        wokenElsewhere(stored, "");
    }

    /**
     * Remembers that a waiter elsewhere was woken for a key.
     *
     * @param stored the key as it is stored
     * @param note any text of the backend's, which {@link #note} answers
     */
    public void wokenElsewhere(String stored, String note) {
        if (known.size() >= MOST) {
            makeRoom();
        }
        known.put(stored, new HoldBack(System.nanoTime() + nanos, note));
    }

    private void makeRoom() {
        if (!makingRoom.compareAndSet(false, true)) {
            return;
        }
        try {
            long now = System.nanoTime();
            known.values().removeIf(each -> each.leftNanos(now) <= 0);
            int tooMany = known.size() - (MOST - ROOM);
            if (tooMany > 0) {
                known.entrySet().stream()
                        .map(each -> Map.entry(each.getKey(), each.getValue()))
                        .sorted(Comparator.comparingLong(each -> each.getValue().leftNanos(now)))
                        .limit(tooMany)
                        .forEach(each -> known.remove(each.getKey(), each.getValue()));
            }
        } finally {
            makingRoom.set(false);
        }
    }

    /**
     * Forgets a key: waiters of this process may acquire it again.
     *
     * @param stored the key as it is stored
     */
    public void over(String stored) {
        if (!known.isEmpty()) {
            known.remove(stored);
        }
    }

    /** Returns whether no key is remembered. */
    public boolean isEmpty() {
        return known.isEmpty();
    }

    /**
     * Returns the note that was made when a waiter elsewhere was woken for a key; empty once {@link #of} has answered zero for
     * it.
     */
    public Optional<String> note(String stored) {
        return Optional.ofNullable(known.get(stored)).map(HoldBack::note);
    }

    /** Returns how much longer to hold back from a key; zero if not at all. */
    public Duration of(String stored) {
        if (known.isEmpty()) {
            return Duration.ZERO;
        }
        HoldBack found = known.get(stored);
        if (found == null) {
            return Duration.ZERO;
        }
        long left = found.leftNanos(System.nanoTime());
        if (left <= 0) {
            known.remove(stored, found);
            return Duration.ZERO;
        }
        return Duration.ofNanos(left);
    }
}
