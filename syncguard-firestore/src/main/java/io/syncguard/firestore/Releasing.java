package io.syncguard.firestore;

import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.LockId;
import io.syncguard.spi.ReleaseResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Gives a lock back (REL-1). Where an id has several live documents, which only copying can bring about, all are
 * deleted in one step: each names the caller as its holder, and one left behind would be a lock nobody gives back.
 */
final class Releasing extends ByIdMutation<ReleaseResult> {
    private static final Logger LOGGER = System.getLogger(Releasing.class.getName());

    Releasing(FirestoreStore store, FirestoreCall<ReleaseResult> call, LockId id) {
        super(store, call, id);
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
        live.forEach(lock -> batch.delete(lock.reference(), Precondition.updatedAt(lock.updateTime())));
        return ReleaseResult.RELEASED;
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
