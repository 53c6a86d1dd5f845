package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.spi.HoldBacks;
import java.time.Duration;
import java.util.function.Function;

/** This process among the processes that wait: its name, and the keys it leaves to others for a moment. Thread-safe. */
final class LocalWaiters {
    private final String process;
    private final Duration slot;
    private final Function<LockKey, String> stored;
    private final QueueWriter queues;
    private final HoldBacks holdBacks;

    /**
     * Creates those of a process, more precisely a backend.
     *
     * @param process a random name
     * @param slot how long a waiter that was told may take before the next one tries
     * @param stored how keys are stored
     * @param queues writes what this process says in the queues
     */
    LocalWaiters(String process, Duration slot, Function<LockKey, String> stored, QueueWriter queues) {
        this.process = process;
        this.slot = slot;
        this.stored = stored;
        this.queues = queues;
        this.holdBacks = new HoldBacks(slot);
    }

    String process() {
        return process;
    }

    Duration slot() {
        return slot;
    }

    QueueWriter queues() {
        return queues;
    }

    /** Leaves a lock that this process has released to those that wait for it, for a moment. */
    void released(LockDocument lock) {
        if (lock.awaited()) {
            holdBacks.wokenElsewhere(lock.key());
        }
    }

    /** Tells those that wait for a lock that it is free, or will be in a moment. */
    void tellReleased(LockDocument lock) {
        if (lock.awaited()) {
            queues.change(lock.reference().getId(), QueueChange.released(lock));
        }
    }

    /** It is this process's turn, or another's is over. */
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
