package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.spi.HoldBacks;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** This process among those that wait: its name, and the keys it leaves to others for a moment. Thread-safe. */
final class Turns {
    /** What it takes to hear of a release and to take the lock; the next in the queue has his turn after as long (WAI-5). */
    static final Duration SLOT = Duration.ofMillis(200);

    private final String process;
    private final Function<LockKey, String> stored;
    private final HoldBacks holdBacks = new HoldBacks(SLOT);
    private final ConcurrentMap<String, Integer> waiting = new ConcurrentHashMap<>();

    /**
     * Creates those of a process, more precisely a backend.
     *
     * @param process a random name
     * @param stored how keys are stored
     */
    Turns(String process, Function<LockKey, String> stored) {
        this.process = process;
        this.stored = stored;
    }

    String process() {
        return process;
    }

    /** One of those here waits for a key; {@link #waitsNoMore} must follow. */
    void waits(LockKey key) {
        waiting.merge(stored.apply(key), 1, Integer::sum);
    }

    void waitsNoMore(LockKey key) {
        waiting.computeIfPresent(stored.apply(key), (name, count) -> count == 1 ? null : count - 1);
    }

    /** Returns the queue of a lock of ours without us, if nobody here waits: a write that came late may have put us there. */
    Queue others(String name, Queue queue) {
        return waiting.containsKey(name) ? queue : queue.without(process);
    }

    /**
     * Takes note of a release of ours.
     *
     * @param name the key as it is stored
     * @param told those that it told
     */
    void released(String name, Queue told) {
        if (!told.isEmpty() && told.slotsBefore(process) > 0) {
            holdBacks.wokenElsewhere(name);
        }
    }

    /** It is our turn, or another's is over. */
    void holdsBackNoMore(LockKey key) {
        if (!holdBacks.isEmpty()) {
            holdBacks.over(stored.apply(key));
        }
    }

    /** Returns for how long to leave a key to others. */
    Duration holdBack(LockKey key) {
        return holdBacks.isEmpty() ? Duration.ZERO : holdBacks.of(stored.apply(key));
    }
}
