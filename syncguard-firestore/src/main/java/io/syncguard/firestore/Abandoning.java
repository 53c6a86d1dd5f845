package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.firestore.FirestoreFailures.CommitOutcome;
import java.util.Map;
import java.util.Optional;

/**
 * Settles an acquire of unknown outcome (ACQ-4): changes the lock's document, whatever is there, unless somebody else
 * holds it. A commit of the acquire that is still under way rests on the document as it was, and fails when it arrives.
 */
final class Abandoning {
    private final FirestoreStore store;
    private final FirestoreCall<Void> call;
    private final LockKey key;
    private final LockId id;
    private final Again again = new Again();

    Abandoning(FirestoreStore store, FirestoreCall<Void> call, LockKey key, LockId id) {
        this.store = store;
        this.call = call;
        this.key = key;
        this.id = id;
    }

    void look() {
        again.reading(call, () -> store.get(key), this::decide);
    }

    private void decide(DocumentSnapshot found) {
        long now = LockDocument.millis(found.getReadTime());
        Optional<LockDocument> present = LockDocument.in(found);
        if (present.isPresent() && present.get().isLive(now) && !present.get().isHeldBy(id)) {
            // Its holder's acquire has changed the document, and with it what a late commit would rest on.
            done();
            return;
        }
        Map<String, Object> nobodys = LockDocument.nobodys(store.stored(key), now);
        WriteBatch batch = store.batch();
        if (present.isPresent()) {
            batch.update(
                    found.getReference(),
                    nobodys,
                    Precondition.updatedAt(present.get().updateTime()));
        } else {
            batch.create(found.getReference(), nobodys);
        }
        call.write(batch::commit).whenComplete((written, failure) -> {
            if (failure == null) {
                done();
            } else if (FirestoreFailures.outcomeOf(failure) == CommitOutcome.REFUSED) {
                call.fail(failure);
            } else {
                again.later(call, failure, this::look);
            }
        });
    }

    @SuppressWarnings("NullAway") // Void has no other value.
    private void done() {
        call.succeed(null);
    }
}
