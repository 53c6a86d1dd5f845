package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import java.util.Optional;

/**
 * Settles an acquire of unknown outcome (ACQ-4): changes the lock's document, whatever is there, unless somebody else holds the lock. A
 * commit of the acquire that is still under way rests on the document as it was, and fails when it arrives.
 */
final class AbandonOperation {
    private final FirestoreStore store;
    private final KnownLocks known;
    private final LocalWaiters local;
    private final FirestoreCall<Void> call;
    private final LockKey key;
    private final LockId id;
    private final Retries retries;
    private final ConditionalCommit commit;

    AbandonOperation(
            FirestoreStore store,
            KnownLocks known,
            LocalWaiters local,
            FirestoreCall<Void> call,
            LockKey key,
            LockId id) {
        this.store = store;
        this.known = known;
        this.local = local;
        this.call = call;
        this.key = key;
        this.id = id;
        this.retries = new Retries(call);
        this.commit = new ConditionalCommit(call, store.clientRepeats());
    }

    void look() {
        known.over(id);
        retries.read(() -> store.get(key), (DocumentSnapshot found, Long sentNanos) -> {
            ServerTime time = ServerTime.of(found.getReadTime(), sentNanos, System.nanoTime());
            Optional<LockDocument> present = LockDocument.in(found);
            commit.looked(found.getReference(), LockDocument.updateTime(present));
            decide(present, time);
        });
    }

    private void decide(Optional<LockDocument> present, ServerTime time) {
        long now = time.millis();
        if (present.isPresent()
                && commit.landed(present.get().updateTime(), present.get().mark())
                        .isPresent()) {
            freed(present.get());
            return;
        }
        if (present.isPresent() && present.get().isLive(now) && !present.get().isOf(id)) {
            // Its holder's acquire has changed the document, and with it what a late commit would rest on.
            done();
            return;
        }
        LockWrite write = present.map(lock -> store.writes().release(lock, time))
                .orElseGet(() -> store.writes().unheld(store.lock(key), store.stored(key), time));
        WriteBatch batch = store.batch();
        commit.prepare(batch, write);
        commit.send(batch, write, landed -> freed(write.next()), (came, thrown) -> {
            switch (came) {
                case REFUSED -> call.fail(thrown);
                case OVERTAKEN -> retries.later(this::look);
                case UNANSWERED -> retries.later(thrown, this::look);
            }
        });
    }

    private void freed(LockDocument lock) {
        local.tellReleased(lock);
        done();
    }

    @SuppressWarnings("NullAway") // Void has no other value.
    private void done() {
        call.succeed(null);
    }
}
