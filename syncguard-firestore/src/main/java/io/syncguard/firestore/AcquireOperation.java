package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Acquires a lock (ACQ-1): looks at its document, and if the lock is free writes the document, on condition that it has not changed since.
 * So of all commits that rest on one state of it at most one lands. After a commit that failed in whatever way the next look tells what
 * became of it (ACQ-3). A document that this process has just released needs no look.
 */
final class AcquireOperation {
    /** If others are faster so many times, that is contention, whoever holds the lock right now. */
    private static final int MOST_CONFLICTS = 5;

    private final FirestoreStore store;
    private final KnownLocks known;
    private final AttemptMode mode;
    private final FirestoreCall<AcquireResult> call;
    private final LockKey key;
    private final LockId id;
    private final Ttl ttl;
    private final Retries retries;
    private final ConditionalCommit commit;
    private boolean idIsFresh;
    private int conflicts;

    /** Whether the id holds the lock for less time than its caller will think. */
    private boolean tooShort;

    /** Whether the document said that processes wait, before this operation wrote it. */
    private boolean wasAwaited;

    AcquireOperation(
            FirestoreStore store,
            KnownLocks known,
            AttemptMode mode,
            FirestoreCall<AcquireResult> call,
            LockKey key,
            LockId id,
            Ttl ttl) {
        this.store = store;
        this.known = known;
        this.mode = mode;
        this.call = call;
        this.key = key;
        this.id = id;
        this.ttl = ttl;
        this.retries = new Retries(call);
        this.commit = new ConditionalCommit(call, store.clientRepeats());
    }

    void begin() {
        if (!known.attemptBegins(id, key)) {
            throw holdsAnotherKey();
        }
        call.whenComplete((answer, failure) -> known.attemptEnds(id));
        idIsFresh = known.wasMadeFor(id, key);
        Optional<KnownLocks.Written> free = idIsFresh && !mode.isWaiting() ? known.takeFree(key) : Optional.empty();
        if (free.isPresent()) {
            decide(Optional.of(free.get().document()), free.get().time());
        } else {
            look();
        }
    }

    private static LockException holdsAnotherKey() {
        return LockException.invalidArgument(
                "the lock id holds another key already; each acquisition needs an id of its own");
    }

    private void look() {
        retries.read(() -> store.get(key), (DocumentSnapshot found, Long sentNanos) -> {
            ServerTime time = ServerTime.of(found.getReadTime(), sentNanos, System.nanoTime());
            Optional<LockDocument> present = LockDocument.in(found);
            commit.looked(found.getReference(), LockDocument.updateTime(present));
            decide(present, time);
        });
    }

    private void decide(Optional<LockDocument> present, ServerTime time) {
        long now = millis(time);
        if (present.isEmpty()) {
            acquire(present, time);
            return;
        }
        LockDocument lock = present.get();
        if (!lock.isLive(now)) {
            if (!lock.isReleased() || !lock.awaited()) {
                acquire(present, time);
            } else if (mode.needsQueue()) {
                retries.read(() -> store.queue(key), (DocumentSnapshot queue, Long sentNanos) -> {
                    mode.read(WaitQueue.of(queue));
                    acquireInTurn(lock, time);
                });
            } else {
                acquireInTurn(lock, time);
            }
        } else if (lock.isOf(id)) {
            Optional<ConditionalCommit.Landed> landed = commit.landed(lock.updateTime(), lock.mark());
            if (landed.isPresent()) {
                landed(lock, new LeaseStart(start(lock), landed.get().time().sentNanos()), landed.get());
            } else if (tooShort) {
                renew(lock, time);
            } else {
                acquired(lock, time);
            }
        } else {
            mode.taken(lock, time);
            contended(Tolerance.freeAtMillis(lock.expiresAtMillis()), now);
        }
    }

    private long millis(ServerTime time) {
        return LeaseStart.now(time, call.startedNanos()).millis();
    }

    /** A waiting process leaves a released lock to those before it, for a slot each (WAI-5). */
    private void acquireInTurn(LockDocument released, ServerTime time) {
        long now = millis(time);
        long turn = mode.turnMillis(released, now);
        if (turn > now) {
            mode.leftToOthers(released, time);
            contended(turn, now);
        } else {
            acquire(Optional.of(released), time);
        }
    }

    private void acquire(Optional<LockDocument> free, ServerTime time) {
        if (conflicts >= MOST_CONFLICTS) {
            mode.overtaken(free, time);
            answer(Contended.unknown());
        } else if (idIsFresh) {
            write(free, time);
        } else {
            checkId(free, time);
        }
    }

    private void contended(long freeAt, long now) {
        answer(Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - now)));
    }

    /** Contention would be untrue if a write of ours landed after it. */
    private void answer(Contended contended) {
        if (commit.isOpen()) {
            call.fail(FirestoreFailures.of(
                    LockErrorCode.SERVICE_UNAVAILABLE,
                    true,
                    call.operation(),
                    call.lock(),
                    "Firestore did not answer a write, and others are faster; whether the lock will be acquired is unknown",
                    null));
        } else {
            call.succeed(contended);
        }
    }

    /** An id that was made elsewhere may hold another key (ACQ-3). */
    private void checkId(Optional<LockDocument> present, ServerTime time) {
        retries.read(() -> store.ofId(id), (QuerySnapshot found, Long sentNanos) -> {
            long now = ServerTime.of(found.getReadTime(), sentNanos, System.nanoTime())
                    .millis();
            for (QueryDocumentSnapshot document : found.getDocuments()) {
                if (LockDocument.in(document).filter(lock -> lock.isLive(now)).isPresent()
                        && !document.getReference()
                                .getPath()
                                .equals(store.lock(key).getPath())) {
                    throw holdsAnotherKey();
                }
            }
            idIsFresh = true;
            write(present, time);
        });
    }

    private void write(Optional<LockDocument> free, ServerTime time) {
        FenceToken fence = nextFence(free, time);
        LeaseStart start = LeaseStart.now(time, call.startedNanos());
        wasAwaited = free.map(LockDocument::awaited).orElse(false);
        LockWrite write = store.writes()
                .acquire(
                        store.lock(key),
                        free,
                        id,
                        store.stored(key),
                        fence,
                        start,
                        ttl,
                        mode.waitingAfter(free, millis(time)));
        WriteBatch batch = store.batch();
        commit.prepare(batch, write);
        commit.send(batch, write, landed -> landed(write.landed(landed.updateTime()), start, landed), this::failed);
    }

    private FenceToken nextFence(Optional<LockDocument> free, ServerTime time) {
        long last = free.map(LockDocument::lastFence).orElse(0L);
        if (last >= FenceToken.MAX_VALUE) {
            throw FirestoreFailures.of(
                    LockErrorCode.INTERNAL,
                    commit.isUnknown(),
                    call.operation(),
                    call.lock(),
                    "the key's fence counter is exhausted; use another key",
                    null);
        }
        boolean isNew = time.sentNanos() - call.startedNanos() >= 0;
        return NextFence.after(last, isNew ? time.micros() : time.earliestMicros());
    }

    private long start(LockDocument lock) {
        return lock.expiresAtMillis() - ttl.millis();
    }

    private void landed(LockDocument lock, LeaseStart start, ConditionalCommit.Landed landed) {
        tooShort = start.isTooEarlyFor(landed);
        if (tooShort) {
            renew(lock, landed.time());
        } else {
            acquired(lock, landed.time());
        }
    }

    /** Writes the lease once more, from a time that was not stamped too early (FST-11). */
    private void renew(LockDocument lock, ServerTime time) {
        LeaseStart start = LeaseStart.now(time, call.startedNanos());
        LockWrite write = store.writes().extend(lock, start, ttl);
        WriteBatch batch = store.batch();
        commit.prepare(batch, write);
        commit.send(batch, write, landed -> landed(write.landed(landed.updateTime()), start, landed), this::failed);
    }

    private void acquired(LockDocument lock, ServerTime time) {
        known.holds(id, key, new KnownLocks.Written(lock, time));
        mode.acquired(lock, wasAwaited);
        call.succeed(new Acquired(lock.fenceToken(), Instant.ofEpochMilli(lock.expiresAtMillis())));
    }

    private void failed(ConditionalCommit.Failure came, Throwable thrown) {
        switch (came) {
            case REFUSED -> call.fail(thrown);
            case OVERTAKEN -> {
                conflicts++;
                retries.later(this::look);
            }
            case UNANSWERED -> retries.later(thrown, this::look);
        }
    }
}
