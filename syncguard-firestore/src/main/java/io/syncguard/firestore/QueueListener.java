package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentChange;
import com.google.cloud.firestore.FirestoreException;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one listener of a backend while any of its callers waits: to all documents in whose queue this process stands (WAI-5). After a
 * failure it begins again with a pause that doubles. Thread-safe.
 */
final class QueueListener implements QueuedName.Listening, AutoCloseable {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** A process that waits often does not begin anew each time. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final FirestoreStore store;
    private final FirestoreThreads threads;
    private final String process;
    private final LockEvents events;
    private @Nullable ListenerRegistration registration;
    private boolean listening;

    /** Whether it has been told all there was when it began. */
    private boolean current;

    private boolean closed;

    /** Changes each time that nobody waits any more. */
    private long idle;

    private long pauseNanos;
    private long failedNanos = System.nanoTime();

    /** Changes whenever a listener begins or ends: what an earlier one says counts no more. */
    private long generation;

    /** Is told of the locks that this process waits for. Its methods do not block. */
    interface LockEvents {
        /** The process stands in a lock's queue, or the lock has changed while it does. */
        void changed(QueryDocumentSnapshot lock);

        /** The process stands in a lock's queue no more. */
        void unlisted(String document);

        /** All changes are heard from now on. */
        void current();

        /** Nothing is heard from now on. */
        void deaf();

        /** Returns whether anybody waits. */
        boolean isAnybodyWaiting();
    }

    /**
     * @param threads end the listener when nobody waits any more
     */
    QueueListener(FirestoreStore store, FirestoreThreads threads, String process, LockEvents events) {
        this.store = store;
        this.threads = threads;
        this.process = process;
        this.events = events;
    }

    /** Returns whether it listens, or is about to: what was missed is told first. */
    synchronized boolean listens() {
        return listening;
    }

    @Override
    public boolean begin() {
        start();
        return listens();
    }

    @Override
    public synchronized boolean isCurrent() {
        return current;
    }

    private void start() {
        long mine;
        synchronized (this) {
            if (closed || listening || !store.canListen() || System.nanoTime() - failedNanos < pauseNanos) {
                return;
            }
            listening = true;
            mine = ++generation;
        }
        listen(mine);
    }

    private void listen(long mine) {
        // Firestore's client does not block here, but takes interrupts away that are not for it.
        boolean interrupted = Thread.interrupted();
        try {
            ListenerRegistration begun = store.listen(process, (found, failure) -> heard(mine, found, failure));
            boolean over;
            synchronized (this) {
                over = generation != mine;
                registration = over ? registration : begun;
            }
            if (over) {
                begun.remove();
            }
        } catch (RuntimeException e) {
            // A client that its owner has closed. Waiters poll.
            failed(mine);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void heard(long from, @Nullable QuerySnapshot found, @Nullable FirestoreException failure) {
        if (failure != null || found == null) {
            failed(from);
            return;
        }
        boolean first;
        synchronized (this) {
            if (generation != from) {
                return;
            }
            pauseNanos = 0;
            first = !current;
            current = true;
        }
        for (DocumentChange change : found.getDocumentChanges()) {
            if (change.getType() == DocumentChange.Type.REMOVED) {
                events.unlisted(change.getDocument().getId());
            } else {
                events.changed(change.getDocument());
            }
        }
        if (first) {
            events.current();
        }
    }

    private void failed(long from) {
        synchronized (this) {
            if (generation != from) {
                return;
            }
            generation++;
            listening = false;
            current = false;
            registration = null;
            failedNanos = System.nanoTime();
            pauseNanos = Math.min(Math.max(FIRST_PAUSE_NANOS, 2 * pauseNanos), LONGEST_PAUSE_NANOS);
        }
        events.deaf();
    }

    /** Called when nobody waits, or did a moment ago: ends the listener after a while, unless somebody waits then. */
    void unneeded() {
        long since;
        synchronized (this) {
            since = ++idle;
            if (!listening) {
                return;
            }
        }
        threads.after(LINGER_NANOS, () -> endIfIdle(since));
    }

    private void endIfIdle(long since) {
        ListenerRegistration last;
        synchronized (this) {
            if (!listening || idle != since || events.isAnybodyWaiting()) {
                return;
            }
            last = ended();
        }
        remove(last);
        // Somebody may have begun to wait at this very moment, and listens anew at the next attempt.
        events.deaf();
    }

    /** Listens by a new client, if it listens at all. */
    void again() {
        if (listens()) {
            end();
            events.deaf();
            if (events.isAnybodyWaiting()) {
                start();
            }
        }
    }

    private void end() {
        remove(ended());
    }

    private synchronized @Nullable ListenerRegistration ended() {
        generation++;
        listening = false;
        current = false;
        ListenerRegistration last = registration;
        registration = null;
        return last;
    }

    private static void remove(@Nullable ListenerRegistration last) {
        if (last != null) {
            try {
                last.remove();
            } catch (RuntimeException e) {
                // Its owner has closed the client, and with it the listener.
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        end();
    }
}
