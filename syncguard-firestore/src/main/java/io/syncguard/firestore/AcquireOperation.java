package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.QuerySnapshot;
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
import java.util.OptionalLong;

/**
 * Acquires a lock (ACQ-1): looks at its document, and if the lock is free writes the document, on condition that it has not changed since.
 * So of all commits that rest on one state of it at most one lands. After a commit that failed in whatever way the next look tells what
 * became of it (ACQ-3). A document that this process has just released or heard of needs no look.
 */
final class AcquireOperation {
    /** If others are faster so many times, that is contention, whoever holds the lock right now. */
    private static final int MOST_CONFLICTS = 5;

    private final FirestoreStore store;
    private final KnownLocks known;
    private final LocalWaiters local;
    private final AttemptMode mode;
    private final FirestoreCall<AcquireResult> call;
    private final LockKey key;
    private final LockId id;
    private final Ttl ttl;
    private final Retries retries;
    private final ConditionalCommit commit;
    private boolean idIsFresh;
    private int conflicts;

    AcquireOperation(
            FirestoreStore store,
            KnownLocks known,
            LocalWaiters local,
            AttemptMode mode,
            FirestoreCall<AcquireResult> call,
            LockKey key,
            LockId id,
            Ttl ttl) {
        this.store = store;
        this.known = known;
        this.local = local;
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
        Optional<KnownLocks.Written> free = idIsFresh
                ? mode.heardFree().or(() -> mode.isWaiting() ? Optional.empty() : known.takeFree(key))
                : Optional.empty();
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
        long now = LeaseStart.now(time, call.startedNanos()).millis();
        if (present.isPresent() && present.get().isLive(now)) {
            LockDocument lock = present.get();
            if (lock.isOf(id)) {
                acquired(lock, time);
            } else {
                mode.taken(lock, time);
                contended(Tolerance.freeAtMillis(lock.expiresAtMillis()), now);
            }
            return;
        }
        OptionalLong turn = ourTurn(present, now);
        if (turn.isPresent()) {
            mode.leftToOthers(present, time);
            contended(turn.getAsLong(), now);
        } else if (conflicts >= MOST_CONFLICTS || (mode.holdsBack() && isAwaited(present, now))) {
            mode.leftToOthers(present, time);
            leftAlone();
        } else if (idIsFresh) {
            write(present, time);
        } else {
            checkId(present, time);
        }
    }

    /** A waiting process leaves a released lock to those before it, for a slot each (WAI-5). */
    private OptionalLong ourTurn(Optional<LockDocument> free, long now) {
        if (!mode.isWaiting() || free.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong turn = free.get().turnMillis(local.process(), local.slot(), now);
        return turn.isPresent() && turn.getAsLong() > now ? turn : OptionalLong.empty();
    }

    private static boolean isAwaited(Optional<LockDocument> free, long now) {
        return free.isPresent() && !free.get().queue().fresh(now).isEmpty();
    }

    private void contended(long freeAt, long now) {
        answer(Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - now)));
    }

    private void leftAlone() {
        answer(Contended.unknown());
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
                        && !document.getReference().equals(store.lock(key))) {
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
        WaitQueue present = free.map(LockDocument::queue).orElse(WaitQueue.EMPTY);
        WaitQueue queue = mode.isWaiting() ? present.after(local.process()).fresh(time.millis()) : present;
        LockWrite write =
                store.writes().acquire(store.lock(key), free, id, store.stored(key), fence, start, ttl, queue);
        commit.send(store.batch(), write, landed -> landed(write, start, landed), this::failed);
    }

    private FenceToken nextFence(Optional<LockDocument> free, ServerTime time) {
        long last = free.map(LockDocument::lastFence).orElse(0L);
        if (last >= FenceToken.MAX_VALUE) {
            throw FirestoreFailures.of(
                    LockErrorCode.INTERNAL,
                    commit.isOpen(),
                    call.operation(),
                    call.lock(),
                    "the key's fence counter is exhausted; use another key",
                    null);
        }
        boolean isNew = time.sentNanos() - call.startedNanos() >= 0;
        return NextFence.after(last, isNew ? time.micros() : time.earliestMicros());
    }

    private void landed(LockWrite write, LeaseStart start, ConditionalCommit.Landed landed) {
        LockDocument lock = write.landed(landed.updateTime());
        if (start.isTooEarlyFor(landed)) {
            LockWrite again = store.writes().extend(lock, LeaseStart.now(landed.time(), call.startedNanos()), ttl);
            commit.send(
                    store.batch(),
                    again,
                    renewed -> acquired(again.landed(renewed.updateTime()), renewed.time()),
                    this::failed);
        } else {
            acquired(lock, landed.time());
        }
    }

    private void acquired(LockDocument lock, ServerTime time) {
        known.holds(id, key, new KnownLocks.Written(lock, time));
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
