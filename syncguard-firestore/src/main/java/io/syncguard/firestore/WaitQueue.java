package io.syncguard.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The processes, more precisely backends, that wait for a lock, the first of them first: two fields of its document (WAI-5). A hint: a
 * process whose name is here may be gone. So names age. Immutable and thread-safe.
 *
 * @param names the processes with the time at which each joined, or renewed its name
 */
record WaitQueue(List<Name> names) {
    /** The field with the names, in the order they joined. */
    static final String NAMES = "waiting";

    /** The field with a timestamp of Firestore's for each name. */
    static final String SINCE = "waitingSince";

    static final WaitQueue EMPTY = new WaitQueue(List.of());

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
        if (!(document.get(NAMES) instanceof List<?> found)) {
            return EMPTY;
        }
        Map<?, ?> since = document.get(SINCE) instanceof Map<?, ?> times ? times : Map.of();
        List<Name> names = new ArrayList<>();
        for (Object process : found) {
            if (process instanceof String name) {
                names.add(new Name(name, since.get(name) instanceof Timestamp time ? millis(time) : 0));
            }
        }
        return new WaitQueue(names);
    }

    private static long millis(Timestamp time) {
        return TimeUnit.MICROSECONDS.toMillis(ServerTime.micros(time));
    }

    /** Returns the two fields. */
    Map<String, Object> fields() {
        Map<String, Object> since = new HashMap<>();
        names.forEach(name -> since.put(name.process, ServerTime.timestamp(name.sinceMillis)));
        Map<String, Object> fields = new HashMap<>();
        fields.put(NAMES, names.stream().map(Name::process).toList());
        fields.put(SINCE, since);
        return fields;
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    boolean isFull(long now) {
        return names.stream().filter(name -> !name.isStale(now)).count() >= MOST;
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
                        names.stream().filter(name -> !name.isStale(now)).toList())
                : this;
    }

    /** Returns the names that count no more. */
    Set<String> stale(long now) {
        return names.stream()
                .filter(name -> name.isStale(now))
                .map(Name::process)
                .collect(Collectors.toSet());
    }

    WaitQueue without(String process) {
        return has(process)
                ? new WaitQueue(names.stream()
                        .filter(name -> !name.process.equals(process))
                        .toList())
                : this;
    }

    /** Returns the queue after a process was served, without those before it, which did not come when it was their turn. */
    WaitQueue after(String process) {
        return has(process) ? new WaitQueue(names.subList(placeOf(process) + 1, names.size())) : this;
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
