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
 * @param acquired the token of the lock that a process which waited acquired last, as far as was told; 0 if none
 * @param awaited the token of the last lock whose document said that processes wait, as far as was told; 0 if none
 * @param released the token of the lock that was released last, as far as was told; 0 if none
 * @param releasedAtMillis when that was
 */
record WaitQueue(List<Name> names, long acquired, long awaited, long released, long releasedAtMillis) {
    static final WaitQueue EMPTY = new WaitQueue(List.of(), 0, 0, 0, 0);

    /** The field with the names, in the order they joined. */
    static final String NAMES = "waiting";

    /** The field with a timestamp of Firestore's for each name. */
    static final String SINCE = "waitingSince";

    static final String ACQUIRED = "acquiredFence";
    static final String AWAITED = "awaitedFence";
    static final String RELEASED = "releasedFence";

    /** The field with the time of the last release in ms. */
    static final String RELEASED_AT = "releasedAtMs";

    /** A name that is older counts no more. A process that still waits renews its name before that. */
    static final Duration LIFETIME = Duration.ofSeconds(20);

    /** Waiters beyond these poll: each of them hears of each change. */
    static final int MOST = 10;

    /** In its first second a process leaves the last places to others. Otherwise one that was just served would be back before them. */
    static final int MOST_FOR_NEW = 7;

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
        return new WaitQueue(
                namesIn(document),
                number(document, ACQUIRED),
                number(document, AWAITED),
                number(document, RELEASED),
                number(document, RELEASED_AT));
    }

    private static long number(DocumentSnapshot document, String field) {
        return document.get(field) instanceof Long number ? number : 0;
    }

    private static List<Name> namesIn(DocumentSnapshot document) {
        if (!(document.get(NAMES) instanceof List<?> found)) {
            return List.of();
        }
        Map<?, ?> since = document.get(SINCE) instanceof Map<?, ?> times ? times : Map.of();
        List<Name> names = new ArrayList<>();
        for (Object process : found) {
            if (process instanceof String name) {
                names.add(new Name(name, since.get(name) instanceof Timestamp time ? millis(time) : 0));
            }
        }
        return names;
    }

    private static long millis(Timestamp time) {
        return TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(time));
    }

    private WaitQueue with(List<Name> others) {
        return new WaitQueue(others, acquired, awaited, released, releasedAtMillis);
    }

    /** Returns whether the lock was released, and not acquired since, as far as is known. */
    boolean isReleasedSince(long fence) {
        return released != 0 && released >= acquired && released >= fence;
    }

    boolean isEmpty() {
        return names.isEmpty();
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

    /** Returns how many names stand behind a process; none if its own does not stand here. */
    int placeAfter(String process) {
        return names.size() - Math.min(names.size(), placeOf(process) + 1);
    }

    /** Returns the queue without names that count no more. */
    WaitQueue fresh(long now) {
        return names.stream().anyMatch(name -> name.isStale(now))
                ? with(names.stream().filter(name -> !name.isStale(now)).toList())
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
