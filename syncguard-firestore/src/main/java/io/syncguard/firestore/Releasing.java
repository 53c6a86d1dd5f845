package io.syncguard.firestore;

import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockId;
import io.syncguard.spi.ReleaseResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;

/**
 * Gives a lock back (REL-1). Where an id has several live documents, which only copying can bring about, all are
 * freed in one step: each names the caller as its holder, and one left behind would be a lock nobody gives back.
 */
final class Releasing extends ByIdMutation<ReleaseResult> {
    private static final Logger LOGGER = System.getLogger(Releasing.class.getName());

    private final Turns turns;

    Releasing(FirestoreStore store, Turns turns, FirestoreCall<ReleaseResult> call, LockId id) {
        super(store, call, id);
        this.turns = turns;
    }

    @Override
    ReleaseResult change(List<LockDocument> live, long now, WriteBatch batch) {
        if (live.size() > 1) {
            LOGGER.log(
                    Level.WARNING,
                    "lock {0}: {1} documents have this id; all are deleted. Was the collection copied?",
                    call.lock().get(),
                    live.size());
        }
        live.forEach(lock -> free(lock, now, batch));
        return ReleaseResult.RELEASED;
    }

    /** Those that wait are told by a document that holds nothing, and has their queue (WAI-5). */
    private void free(LockDocument lock, long now, WriteBatch batch) {
        Precondition unchanged = Precondition.updatedAt(lock.updateTime());
        Queue queue = turns.others(lock.key(), lock.queue());
        if (queue.isEmpty()) {
            batch.delete(lock.reference(), unchanged);
        } else {
            Map<String, Object> nobodys = LockDocument.nobodys(lock.key(), now);
            nobodys.put(Queue.FIELD, queue.processes());
            batch.update(lock.reference(), nobodys, unchanged);
        }
    }

    @Override
    void changed(List<LockDocument> live) {
        live.forEach(lock -> turns.released(lock.key(), turns.others(lock.key(), lock.queue())));
    }

    @Override
    ReleaseResult absent() {
        return ReleaseResult.ABSENT;
    }

    @Override
    boolean isEndedByWriting() {
        return true;
    }
}
