package io.syncguard.firestore;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.LockListing;

/**
 * Lists locks in the order of their ids, which do not change while they live, by the index that lookups by id need as well. A cursor is
 * the last id. Thread-safe.
 */
final class FirestoreListing implements LockListing {
    private final FirestoreAsyncBackend backend;

    FirestoreListing(FirestoreAsyncBackend backend) {
        this.backend = backend;
    }

    @Override
    public Page page(String start, String cursor) {
        String stored = LockListing.checkedStart(start);
        if (!START.equals(cursor)) {
            requireId(cursor);
        }
        return AsyncLockBackend.await(() -> backend.list(stored, cursor), LockOperation.LOOKUP, () -> null);
    }

    private static void requireId(String cursor) {
        try {
            LockId unused = LockId.of(cursor);
        } catch (LockException e) {
            throw LockListing.notACursor();
        }
    }
}
