package io.syncguard.firestore;

import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockErrorCode;
import io.syncguard.LockId;
import io.syncguard.firestore.FirestoreFailures.CommitOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * A change to the lock an id holds (REL-1, EXT-1): finds its document, and writes on condition that it has not changed
 * since, so that owner and liveness are those of the moment of the write.
 */
abstract class ByIdMutation<T> {
    private final FirestoreStore store;
    private final LockId id;
    private final Again again = new Again();
    private boolean unanswered;

    final FirestoreCall<T> call;

    ByIdMutation(FirestoreStore store, FirestoreCall<T> call, LockId id) {
        this.store = store;
        this.call = call;
        this.id = id;
    }

    final void look() {
        again.reading(call, () -> store.ofId(id), this::decide);
    }

    private void decide(QuerySnapshot found) {
        long now = LockDocument.millis(found.getReadTime());
        List<LockDocument> live = new ArrayList<>();
        for (QueryDocumentSnapshot document : found.getDocuments()) {
            LockDocument.in(document).filter(lock -> lock.isLive(now)).ifPresent(live::add);
        }
        if (live.isEmpty()) {
            nothingLive();
            return;
        }
        WriteBatch batch = store.batch();
        T answer = change(live, now, batch);
        call.write(batch::commit).whenComplete((written, failure) -> {
            if (failure == null) {
                changed(live);
                call.succeed(answer);
            } else {
                failed(failure);
            }
        });
    }

    private void nothingLive() {
        if (unanswered && isEndedByWriting()) {
            // The earlier write may have been what ended it.
            call.fail(FirestoreFailures.of(
                    LockErrorCode.SERVICE_UNAVAILABLE,
                    true,
                    call.operation(),
                    call.lock(),
                    "Firestore did not answer a write; the lock is gone, whether by this call or by its expiry is unknown",
                    null));
        } else {
            call.nothingWritten();
            call.succeed(absent());
        }
    }

    private void failed(Throwable failure) {
        CommitOutcome outcome = FirestoreFailures.outcomeOf(failure);
        if (outcome == CommitOutcome.REFUSED) {
            call.writeRefused();
            call.fail(failure);
            return;
        }
        unanswered |= outcome == CommitOutcome.UNKNOWN;
        again.later(call, failure, this::look);
    }

    /** Adds to the batch what is to be done to the live documents of the id, at least one, and returns the answer. */
    abstract T change(List<LockDocument> live, long now, WriteBatch batch);

    /** Called when that has been done, before anybody knows. */
    void changed(List<LockDocument> live) {}

    /** Returns the answer for an id that holds nothing. */
    abstract T absent();

    /** Returns whether a write that took effect leaves nothing to be found. */
    abstract boolean isEndedByWriting();
}
