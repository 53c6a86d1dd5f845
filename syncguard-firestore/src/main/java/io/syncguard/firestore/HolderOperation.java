package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockErrorCode;
import io.syncguard.LockId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change to the lock that an id holds (REL-1, EXT-1). If this process wrote the lock's document last, the change is one write on
 * condition that it has not changed since. Otherwise, and after each failure, the operation looks first.
 */
abstract class HolderOperation<T> {
    private final Retries retries;

    /** The document that was written last, which a query does not find once the lock is released. */
    private @Nullable DocumentReference written;

    final FirestoreStore store;
    final KnownLocks known;
    final LocalWaiters local;
    final FirestoreCall<T> call;
    final LockId id;
    final ConditionalCommit commit;

    HolderOperation(FirestoreStore store, KnownLocks known, LocalWaiters local, FirestoreCall<T> call, LockId id) {
        this.store = store;
        this.known = known;
        this.local = local;
        this.call = call;
        this.id = id;
        this.retries = new Retries(call);
        this.commit = new ConditionalCommit(call, store.clientRepeats());
    }

    final void begin() {
        Optional<KnownLocks.Written> held = known.heldBy(id);
        if (held.isPresent()
                && held.get().time().isPrecise()
                && held.get().document().expiresAtMillis() > held.get().time().latestMillis()) {
            change(held.get().document(), held.get().time());
        } else {
            look();
        }
    }

    /** Looks for all documents of the id. */
    final void lookForOthers() {
        written = null;
        known.over(id);
        look();
    }

    final void look() {
        Optional<DocumentReference> document = Optional.ofNullable(written)
                .or(() -> known.heldBy(id).map(held -> held.document().reference()));
        if (document.isPresent()) {
            retries.read(
                    () -> store.get(document.get()),
                    (DocumentSnapshot found, Long sentNanos) ->
                            looked(List.of(found), ServerTime.of(found.getReadTime(), sentNanos, System.nanoTime())));
        } else {
            retries.read(
                    () -> store.ofId(id),
                    (QuerySnapshot found, Long sentNanos) -> looked(
                            found.getDocuments(), ServerTime.of(found.getReadTime(), sentNanos, System.nanoTime())));
        }
    }

    private void looked(List<? extends DocumentSnapshot> found, ServerTime time) {
        long now = time.millis();
        Set<String> seen = new HashSet<>();
        List<LockDocument> live = new ArrayList<>();
        Optional<LockDocument> last = Optional.empty();
        for (DocumentSnapshot snapshot : found) {
            Optional<LockDocument> document = LockDocument.in(snapshot);
            commit.looked(snapshot.getReference(), LockDocument.updateTime(document));
            if (document.isPresent()) {
                LockDocument lock = document.get();
                seen.add(lock.reference().getPath());
                Optional<ConditionalCommit.Landed> landed = commit.landed(lock.updateTime(), lock.mark());
                if (landed.isPresent()) {
                    hasLanded(lock, landed.get());
                    return;
                }
                if (lock.isHeldBy(id, now)) {
                    live.add(lock);
                }
                last = document;
            }
        }
        commit.lookedInVain(seen);
        if (live.isEmpty()) {
            gone(last, time);
        } else {
            check(live);
            change(live.get(0), time);
        }
    }

    /** Sends a write, which {@link #landed} or another look follows. */
    final void send(LockWrite write) {
        written = write.reference();
        WriteBatch batch = store.batch();
        commit.prepare(batch, write);
        commit.send(batch, write, landed -> hasLanded(write.landed(landed.updateTime()), landed), (came, thrown) -> {
            switch (came) {
                case REFUSED -> call.fail(thrown);
                case OVERTAKEN -> retries.later(this::look);
                case UNANSWERED -> retries.later(thrown, this::look);
            }
        });
    }

    private void hasLanded(LockDocument changed, ConditionalCommit.Landed landed) {
        if (changed.isReleased()) {
            local.released(changed);
        }
        landed(changed, landed);
    }

    /** Fails the call: an unanswered write may have done what was asked. */
    final void unknown(String message) {
        call.fail(FirestoreFailures.of(
                LockErrorCode.SERVICE_UNAVAILABLE, true, call.operation(), call.lock(), message, null));
    }

    /** Called before a change if several live documents may have the id, which only copying can bring about. */
    abstract void check(List<LockDocument> live);

    /** Changes a lock that the id holds. */
    abstract void change(LockDocument held, ServerTime time);

    /** Called when a write of this operation has landed, as its answer says or a look has found. */
    abstract void landed(LockDocument changed, ConditionalCommit.Landed landed);

    /**
     * Called when the id holds nothing.
     *
     * @param last the document in which the id was last, which may be another holder's now; empty if it is not known
     */
    abstract void gone(Optional<LockDocument> last, ServerTime time);
}
