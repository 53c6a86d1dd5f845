package io.syncguard.firestore;

import io.syncguard.LockErrorCode;
import io.syncguard.LockId;
import io.syncguard.Ttl;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Tolerance;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Extends a lock (EXT-1). A write of it that may land once the lock has expired is settled before the operation answers: the document is
 * freed, and the write fails on that. An id with several live documents extends none: for which key is not known.
 */
final class ExtendOperation extends HolderOperation<ExtendResult> {
    private final Ttl ttl;
    private long expiredAt;
    private LeaseStart start = new LeaseStart(0, 0);
    private boolean corrected;

    ExtendOperation(
            FirestoreStore store,
            KnownLocks known,
            LocalWaiters local,
            FirestoreCall<ExtendResult> call,
            LockId id,
            Ttl ttl) {
        super(store, known, local, call, id);
        this.ttl = ttl;
    }

    @Override
    void check(List<LockDocument> live) {
        if (live.size() > 1) {
            throw FirestoreFailures.of(
                    LockErrorCode.INTERNAL,
                    commit.isUnknown(),
                    call.operation(),
                    call.lock(),
                    live.size() + " documents have this lock id, so which lock to extend is not known; was the"
                            + " collection copied? A release frees all of them",
                    null);
        }
    }

    @Override
    void change(LockDocument held, ServerTime time) {
        expiredAt = held.expiresAtMillis();
        start = LeaseStart.now(time, call.startedNanos());
        send(store.writes().extend(held, start, ttl));
    }

    @Override
    void landed(LockDocument changed, ConditionalCommit.Landed landed) {
        if (changed.isReleased()) {
            absent();
        } else if (!Tolerance.isLive(expiredAt, landed.time().millis())) {
            // It landed after the lock's end, before anybody else acquired it.
            settle(changed, landed.time());
        } else if (!corrected && start.isTooEarlyFor(landed)) {
            corrected = true;
            change(changed, landed.time());
        } else {
            extended(changed, landed.time());
        }
    }

    private void extended(LockDocument document, ServerTime time) {
        known.changed(id, new KnownLocks.Written(document, time));
        call.succeed(new Extended(Instant.ofEpochMilli(document.expiresAtMillis())));
    }

    private void settle(LockDocument document, ServerTime time) {
        send(store.writes().release(document, time));
    }

    @Override
    void gone(Optional<LockDocument> last, ServerTime time) {
        Optional<LockDocument> own = last.filter(lock -> lock.isOf(id));
        if (own.isPresent() && commit.isOpen()) {
            settle(own.get(), time);
        } else {
            absent();
        }
    }

    private void absent() {
        known.over(id);
        call.succeed(new Absent());
    }
}
