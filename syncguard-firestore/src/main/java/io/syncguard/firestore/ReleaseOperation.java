package io.syncguard.firestore;

import io.syncguard.LockId;
import io.syncguard.spi.ReleaseResult;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Releases a lock (REL-1). Where an id has several live documents, which only copying can bring about, it frees one after the other: each
 * names the caller as its holder, and one left behind would be a lock that nobody releases.
 */
final class ReleaseOperation extends HolderOperation<ReleaseResult> {
    private static final Logger LOGGER = System.getLogger(ReleaseOperation.class.getName());

    /** A time of Firestore's clock before the first write. */
    private long sentMillis;

    private String fence = LockDocument.NONE;

    private boolean several;
    private boolean released;

    ReleaseOperation(
            FirestoreStore store, KnownLocks known, LocalWaiters local, FirestoreCall<ReleaseResult> call, LockId id) {
        super(store, known, local, call, id);
    }

    @Override
    void check(List<LockDocument> live) {
        if (live.size() > 1 && !several) {
            LOGGER.log(
                    Level.WARNING,
                    "lock {0}: {1} documents have this id; all are released. Was the collection copied?",
                    call.lock().get(),
                    live.size());
        }
        several |= live.size() > 1;
    }

    @Override
    void change(LockDocument held, ServerTime time) {
        fence = held.fence();
        if (sentMillis == 0) {
            sentMillis = TimeUnit.MICROSECONDS.toMillis(time.earliestMicros());
        }
        LockWrite write = store.writes().release(held, time);
        send(write);
        // At the same time: those that wait hear of it later than the release lands, or look again.
        local.tellReleased(write.next());
    }

    @Override
    void landed(LockDocument changed, ConditionalCommit.Landed landed) {
        released = true;
        if (several) {
            several = false;
            lookForOthers();
        } else {
            known.released(id, new KnownLocks.Written(changed, landed.time()));
            call.succeed(ReleaseResult.RELEASED);
        }
    }

    @Override
    void gone(Optional<LockDocument> last, ServerTime time) {
        known.over(id);
        if (released) {
            call.succeed(ReleaseResult.RELEASED);
        } else if (commit.mayHaveLanded() && !wasLostBefore(last)) {
            unknown(
                    "Firestore did not answer a write; the lock is gone, whether by this call or by its expiry is unknown");
        } else {
            call.succeed(ReleaseResult.ABSENT);
        }
    }

    /** Returns whether no write of this operation can have ended the lock. */
    private boolean wasLostBefore(Optional<LockDocument> last) {
        if (last.isEmpty()) {
            return false;
        }
        LockDocument now = last.get();
        // Nobody has acquired it since, so it was another release of this lock, which has its own mark.
        boolean isReleasedByAnother = !commit.wasUnanswered() && now.fence().equals(fence);
        return now.isReleased()
                ? isReleasedByAnother || now.releasedAtMillis() < sentMillis
                : now.isOf(id) || now.acquiredAtMillis() < sentMillis;
    }
}
