package io.syncguard.firestore;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the holder of a lock that processes wait: writes it to the lock's document, so that the holder's release tells the queue (WAI-5).
 * Thread-safe. Does not block.
 */
final class HolderNotice {
    /** A holder that acquires and releases faster than a distant process looks and writes would never be told otherwise. */
    private static final int MOST_REFUSED = 2;

    private final FirestoreStore store;
    private boolean underWay;

    /** How often in a row the document had changed. */
    private int refused;

    HolderNotice(FirestoreStore store) {
        this.store = store;
    }

    /** The next notice is written whatever has become of the document: others are faster each time. */
    synchronized void insist() {
        refused = MOST_REFUSED;
    }

    /**
     * Writes it, unless a write of it is under way.
     *
     * @param lock the document as it was read; the write is conditional on that, but for one that insists
     * @param waiting how many wait, at least
     * @param written called with null once it is written, or with what Firestore's client threw
     */
    void tell(LockDocument lock, int waiting, Consumer<@Nullable Throwable> written) {
        boolean conditional;
        synchronized (this) {
            if (underWay) {
                return;
            }
            underWay = true;
            conditional = refused < MOST_REFUSED;
        }
        BackgroundWrite.send(
                () -> store.tellWaiting(lock, waiting, conditional), failure -> answered(failure, written));
    }

    private void answered(@Nullable Throwable failure, Consumer<@Nullable Throwable> written) {
        synchronized (this) {
            underWay = false;
            refused = failure == null ? 0 : refused + 1;
        }
        written.accept(failure);
    }
}
