package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes, more precisely backends, that wait for a lock, the first of them first: a field of its document (WAI-5). A
 * hint: one that stands here may be gone.
 *
 * @param processes their random names
 */
record Queue(List<String> processes) {
    static final String FIELD = "waiting";
    static final Queue EMPTY = new Queue(List.of());

    /** Who comes when so many wait asks now and then. */
    private static final int MOST = 100;

    private static final int MOST_SLOTS = 10;

    Queue {
        processes = List.copyOf(processes);
    }

    /** Returns the queue of a document; an empty one where there is none, or something else in its place. */
    static Queue of(DocumentSnapshot document) {
        if (!(document.get(FIELD) instanceof List<?> found)) {
            return EMPTY;
        }
        List<String> processes = new ArrayList<>();
        for (Object process : found) {
            if (process instanceof String name) {
                processes.add(name);
            }
        }
        return new Queue(processes);
    }

    boolean isEmpty() {
        return processes.isEmpty();
    }

    boolean isFull() {
        return processes.size() >= MOST;
    }

    boolean has(String process) {
        return processes.contains(process);
    }

    /**
     * Returns after how many slots it is a process's turn: as many as there are others before it, all of them if it does not
     * stand here, and ten at the most, as they may all be gone.
     */
    int slotsBefore(String process) {
        int place = processes.indexOf(process);
        return Math.min(place < 0 ? processes.size() : place, MOST_SLOTS);
    }

    Queue without(String process) {
        return new Queue(
                processes.stream().filter(other -> !other.equals(process)).toList());
    }

    /** Returns the queue after a process was served, without those before it, who did not come when it was their turn. */
    Queue after(String process) {
        int place = processes.indexOf(process);
        return place < 0 ? this : new Queue(processes.subList(place + 1, processes.size()));
    }
}
