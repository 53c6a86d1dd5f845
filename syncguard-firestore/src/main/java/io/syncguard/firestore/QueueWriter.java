package io.syncguard.firestore;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what this process says in the queues of locks (WAI-5). No operation waits for it: many processes write to one queue, and a write
 * of a lock must not have to wait for all of them. It sends one write at a time to each queue. What is to be said meanwhile goes with the
 * next one. A write that failed is repeated a few times with pauses, and then given up: a queue is a hint. Thread-safe. Does not block.
 */
final class QueueWriter {
    private static final int MOST_FAILURES = 5;
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final FirestoreStore store;
    private final FirestoreThreads threads;
    private final CompletableFuture<Boolean> settled = new CompletableFuture<>();

    /** The queues that have a write under way or due, by the ids of their documents. */
    private final Map<String, Writing> writing = new HashMap<>();

    private boolean closed;

    private static final class Writing {
        /** The change that was sent, or will be after a pause. */
        private QueueChange sent;

        private @Nullable QueueChange next;
        private int failures;

        Writing(QueueChange sent) {
            this.sent = sent;
        }

        boolean adds() {
            return next == null ? sent.added() != null : sent.then(next).added() != null;
        }
    }

    /**
     * @param threads repeat failed writes; closed by the caller
     */
    QueueWriter(FirestoreStore store, FirestoreThreads threads) {
        this.store = store;
        this.threads = threads;
    }

    /** Changes the queue of a document, soon. */
    void change(String document, QueueChange change) {
        synchronized (this) {
            Writing under = writing.get(document);
            if (under != null) {
                under.next = under.next == null ? change : under.next.then(change);
                return;
            }
            writing.put(document, new Writing(change));
        }
        send(document, change);
    }

    /** Returns whether a write to a queue is under way, or due. */
    synchronized boolean isWriting(String document) {
        return writing.containsKey(document);
    }

    /** Returns whether this process's name is being added to a queue. */
    synchronized boolean isAdding(String document) {
        Writing under = writing.get(document);
        return under != null && under.adds();
    }

    private void send(String document, QueueChange change) {
        BackgroundWrite.send(() -> store.change(document, change), failure -> answered(document, failure));
    }

    private void answered(String document, @Nullable Throwable failure) {
        QueueChange next;
        long pauseNanos = 0;
        synchronized (this) {
            Writing under = writing.get(document);
            if (under == null) {
                return;
            }
            next = under.next;
            under.next = null;
            if (failure == null) {
                under.failures = 0;
            } else if (FirestoreFailures.isPassing(failure) && !closed && ++under.failures < MOST_FAILURES) {
                next = next == null ? under.sent : under.sent.then(next);
                pauseNanos = FIRST_PAUSE_NANOS << under.failures;
            }
            if (next == null) {
                writing.remove(document);
                settle();
                return;
            }
            under.sent = next;
        }
        QueueChange sent = next;
        if (pauseNanos == 0) {
            send(document, sent);
        } else {
            threads.after(pauseNanos, () -> send(document, withWhatCameMeanwhile(document, sent)));
        }
    }

    private synchronized QueueChange withWhatCameMeanwhile(String document, QueueChange sent) {
        Writing under = writing.get(document);
        if (under == null || under.next == null) {
            return sent;
        }
        under.sent = sent.then(under.next);
        under.next = null;
        return under.sent;
    }

    private void settle() {
        if (closed && writing.isEmpty()) {
            settled.complete(true);
        }
    }

    /** Returns what completes when all has been written that was to be. From now on failed writes are not repeated. */
    synchronized CompletableFuture<Boolean> settled() {
        closed = true;
        settle();
        return settled;
    }
}
