package io.syncguard.firestore;

import com.google.cloud.firestore.FirestoreException;
import io.grpc.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Whether a backend may open one more listener: not too many at once, because all share a connection with the requests, and
 * not soon after one has failed for good. Thread-safe.
 */
final class Listening {
    /** A connection to Firestore carries a hundred streams. */
    private static final int MOST = 50;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final Logger LOGGER = System.getLogger(Listening.class.getName());

    private int open;
    private boolean over;
    private long pauseNanos;
    private long failedNanos;

    /** Returns whether a listener may be opened, of which {@link #closed()} is the end. */
    synchronized boolean mayOpen() {
        if (over || open >= MOST || (pauseNanos > 0 && System.nanoTime() - failedNanos < pauseNanos)) {
            return false;
        }
        open++;
        return true;
    }

    synchronized void closed() {
        open--;
    }

    /** None may be opened any more. */
    synchronized void close() {
        over = true;
    }

    /** A listener has heard something. */
    synchronized void works() {
        pauseNanos = 0;
    }

    /** A listener has failed for good. */
    void failed(Throwable failure) {
        boolean first;
        synchronized (this) {
            first = pauseNanos == 0;
            pauseNanos = first ? FIRST_PAUSE_NANOS : Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
            failedNanos = System.nanoTime();
        }
        if (first) {
            LOGGER.log(
                    Level.WARNING,
                    "Firestore ended a listener with {0}: until one works again, those that wait for a lock ask now and"
                            + " then",
                    wordFor(failure));
        }
    }

    private static Object wordFor(Throwable failure) {
        Status status = failure instanceof FirestoreException e ? e.getStatus() : null;
        return status == null ? failure.getClass().getSimpleName() : status.getCode();
    }
}
