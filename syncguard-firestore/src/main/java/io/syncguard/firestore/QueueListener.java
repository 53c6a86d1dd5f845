package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentChange;
import com.google.cloud.firestore.FirestoreException;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one listener of a backend, from the first time that somebody waits: to all locks in whose queue this process stands
 * (WAI-5). Thread-safe.
 */
final class QueueListener implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FirestoreStore store;
    private final String process;
    private final Hearer hearer;
    private @Nullable ListenerRegistration registration;
    private long failedNanos = System.nanoTime() - RETRY_NANOS;
    private boolean over;

    /** Who is told. Does not block. */
    interface Hearer {
        /** The process stands in a lock's queue, or the lock has changed while it does. */
        void heard(QueryDocumentSnapshot lock);

        /** The process stands in a lock's queue no more. */
        void heardNoMore(String document);

        /** Nothing is heard from now on. */
        void deaf();
    }

    QueueListener(FirestoreStore store, String process, Hearer hearer) {
        this.store = store;
        this.process = process;
        this.hearer = hearer;
    }

    /** Returns whether it listens, or is about to: what was missed is told first. */
    synchronized boolean listens() {
        return registration != null;
    }

    /** Begins to listen, unless it does already, or could not just now. Does not block. */
    synchronized void start() {
        if (over || registration != null || System.nanoTime() - failedNanos < RETRY_NANOS) {
            return;
        }
        // Firestore's client does not block here, but takes interrupts away that are not for it.
        boolean interrupted = Thread.interrupted();
        try {
            registration = store.listen(process, this::heard);
        } catch (RuntimeException e) {
            // A client that its owner has closed. Who waits asks now and then.
            failedNanos = System.nanoTime();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void heard(@Nullable QuerySnapshot found, @Nullable FirestoreException failure) {
        if (failure != null || found == null) {
            synchronized (this) {
                registration = null;
                failedNanos = System.nanoTime();
            }
            hearer.deaf();
            return;
        }
        for (DocumentChange change : found.getDocumentChanges()) {
            if (change.getType() == DocumentChange.Type.REMOVED) {
                hearer.heardNoMore(change.getDocument().getId());
            } else {
                hearer.heard(change.getDocument());
            }
        }
    }

    @Override
    public void close() {
        ListenerRegistration last;
        synchronized (this) {
            over = true;
            last = registration;
            registration = null;
        }
        if (last != null) {
            try {
                last.remove();
            } catch (RuntimeException e) {
                // Its owner has closed the client, and with it the listener.
            }
        }
    }
}
