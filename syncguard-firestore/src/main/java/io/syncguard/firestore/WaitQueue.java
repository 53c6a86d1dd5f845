package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The processes, more precisely backends, that wait for a lock, the first of them first: a document of its own (WAI-5). A hint: a process
 * whose name is here may be gone. So names age. Immutable and thread-safe.
 *
 * @param names the processes with the time at which each joined, or renewed its name
 * @param releasedAtMillis when the lock was released; 0 while it is held, as far as is known
 * @param holderKnows whether the lock's document says that processes wait, as far as is known
 */
record WaitQueue(List<Name> names, long releasedAtMillis, boolean holderKnows) {
    /** The field with the names, in the order they joined. */
    static final String NAMES = "waiting";

    /** The field with a timestamp of Firestore's for each name. */
    static final String SINCE = "waitingSince";

    /** The field with the time of the release in ms; 0 while the lock is held. */
    static final String RELEASED_AT = "releasedAtMs";

    /** A name that is older counts no more. A process that still waits renews its name before that. */
    static final Duration LIFETIME = Duration.ofSeconds(20);

    /** Waiters beyond these poll. */
    private static final int MOST = 100;

    /**
     * A waiting process.
     *
     * @param process its random name
     * @param sinceMillis Firestore's time when it joined or renewed its name; 0 if unknown
     */
    record Name(String process, long sinceMillis) {
        boolean isStale(long now) {
            return now - sinceMillis > LIFETIME.toMillis();
        }
    }

    WaitQueue {
        names = List.copyOf(names);
    }

    /** Returns the queue of a document. It is empty where there is none, or something else in its place. */
    static WaitQueue of(DocumentSnapshot document) {
        boolean holderKnows = Boolean.TRUE.equals(document.get(LockDocument.AWAITED));
        long releasedAt = document.get(RELEASED_AT) instanceof Long millis ? millis : 0;
        if (!(document.get(NAMES) instanceof List<?> found)) {
            return new WaitQueue(List.of(), releasedAt, holderKnows);
        }
        Map<?, ?> since = document.get(SINCE) instanceof Map<?, ?> times ? times : Map.of();
        List<Name> names = new ArrayList<>();
        for (Object process : found) {
            if (process instanceof String name) {
                names.add(new Name(name, since.get(name) instanceof Timestamp time ? millis(time) : 0));
            }
        }
        return new WaitQueue(names, releasedAt, holderKnows);
    }

    private static long millis(Timestamp time) {
        return TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(time));
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /** Returns whether so many stand before a process that it had better poll. */
    boolean isFullBefore(String process) {
        return placeOf(process) >= MOST;
    }

    boolean has(String process) {
        return placeOf(process) < names.size();
    }

    /** Returns how many names stand before a process; all of them if its own does not stand here. */
    int placeOf(String process) {
        for (int place = 0; place < names.size(); place++) {
            if (names.get(place).process.equals(process)) {
                return place;
            }
        }
        return names.size();
    }

    /** Returns the queue without names that count no more. */
    WaitQueue fresh(long now) {
        return names.stream().anyMatch(name -> name.isStale(now))
                ? new WaitQueue(
                        names.stream().filter(name -> !name.isStale(now)).toList(), releasedAtMillis, holderKnows)
                : this;
    }

    /** Returns the names that count no more. */
    Set<String> stale(long now) {
        return names.stream()
                .filter(name -> name.isStale(now))
                .map(Name::process)
                .collect(Collectors.toSet());
    }

    /** Returns the names up to a process's own, which go from the queue when it has acquired the lock: none of them came before it. */
    Set<String> upTo(String process) {
        Set<String> served = new HashSet<>(Set.of(process));
        names.stream().limit(placeOf(process)).map(Name::process).forEach(served::add);
        return served;
    }

    /**
     * Returns how long after a release it is a process's turn. The first has it at once and the second after one slot. Each further one
     * has it sooner after the one before: where several did not come, more are likely to be gone.
     */
    Duration delayOf(String process, Duration slot) {
        double slots = 0;
        for (int before = 1; before <= placeOf(process); before++) {
            slots += 1.0 / before;
        }
        return Duration.ofNanos(Math.round(slots * slot.toNanos()));
    }
}
