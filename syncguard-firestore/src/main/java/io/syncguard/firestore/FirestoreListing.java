package io.syncguard.firestore;

import io.syncguard.LockOperation;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.LockListing;
import org.jspecify.annotations.Nullable;

/**
 * Lists locks in the order of their ids, which do not change while they live, by the index that lookups by id need as well. A cursor
 * has the last id, which may be no id at all: others may have put documents into the collection. Thread-safe.
 */
final class FirestoreListing implements LockListing {
    private static final String AFTER = "after ";

    private final FirestoreAsyncBackend backend;

    FirestoreListing(FirestoreAsyncBackend backend) {
        this.backend = backend;
    }

    @Override
    public Page page(String start, String cursor) {
        String stored = LockListing.checkedStart(start);
        String last = lastId(cursor);
        return AsyncLockBackend.await(() -> backend.list(stored, last), LockOperation.LOOKUP, () -> null);
    }

    private static String lastId(@Nullable String cursor) {
        if (START.equals(cursor)) {
            return LockDocument.NONE;
        }
        if (cursor == null || !cursor.startsWith(AFTER)) {
            throw LockListing.notACursor();
        }
        return cursor.substring(AFTER.length());
    }

    /** Returns the cursor of what comes after a document with this id. */
    static String cursorAfter(String lastId) {
        return AFTER + lastId;
    }
}
