package io.syncguard.firestore;

import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockErrorCode;
import io.syncguard.LockId;
import io.syncguard.Ttl;
import io.syncguard.spi.ExtendResult;
import java.time.Instant;
import java.util.List;

/** Prolongs a lock (EXT-1). An id with several live documents prolongs none: which key it is for is not known. */
final class Extending extends ByIdMutation<ExtendResult> {
    private final Ttl ttl;

    Extending(FirestoreStore store, FirestoreCall<ExtendResult> call, LockId id, Ttl ttl) {
        super(store, call, id);
        this.ttl = ttl;
    }

    @Override
    ExtendResult change(List<LockDocument> live, long now, WriteBatch batch) {
        if (live.size() > 1) {
            throw FirestoreFailures.of(
                    LockErrorCode.INTERNAL,
                    false,
                    call.operation(),
                    call.lock(),
                    live.size() + " documents have this lock id, so which lock to prolong is not known; was the"
                            + " collection copied? A release deletes all of them",
                    null);
        }
        LockDocument lock = live.get(0);
        long expiresAt = now + ttl.millis();
        batch.update(lock.reference(), LockDocument.expiry(expiresAt), Precondition.updatedAt(lock.updateTime()));
        return new ExtendResult.Extended(Instant.ofEpochMilli(expiresAt));
    }

    @Override
    ExtendResult absent() {
        return new ExtendResult.Absent();
    }

    @Override
    boolean isEndedByWriting() {
        return false;
    }
}
