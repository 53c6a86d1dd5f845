package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.WriteBatch;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.firestore.FirestoreFailures.CommitOutcome;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes a lock (ACQ-1): looks, and if the key is free writes lock and counter in one atomic commit, on condition that
 * neither has changed since. Whoever is slower, or late, fails on the condition: of all commits that rest on one state of
 * the counter at most one succeeds. After a commit that failed in whatever way, the next look tells what became of it
 * (ACQ-3).
 */
final class Acquiring {
    /** So many times somebody else was faster: that is contention, whoever has it right now. */
    private static final int MOST_CONFLICTS = 5;

    private final FirestoreStore store;
    private final FirestoreCall<AcquireResult> call;
    private final LockKey key;
    private final LockId id;
    private final Ttl ttl;
    private final Waiters waiters;
    private final Turns turns;
    private final Standing standing;
    private final Again again = new Again();
    private int conflicts;

    Acquiring(
            FirestoreStore store,
            Waiters waiters,
            Turns turns,
            Standing standing,
            FirestoreCall<AcquireResult> call,
            LockKey key,
            LockId id,
            Ttl ttl) {
        this.store = store;
        this.waiters = waiters;
        this.turns = turns;
        this.standing = standing;
        this.call = call;
        this.key = key;
        this.id = id;
        this.ttl = ttl;
    }

    void begin() {
        if (waiters.isWaiting(id)) {
            again.reading(call, () -> store.get(key), this::lookWhileWaiting);
        } else {
            look();
        }
    }

    /** One read tells a waiter that it has to go on waiting. */
    private void lookWhileWaiting(DocumentSnapshot found) {
        long now = LockDocument.millis(found.getReadTime());
        Optional<LockDocument> others = LockDocument.in(found).filter(lock -> lock.isLive(now) && !lock.isHeldBy(id));
        if (others.isPresent()) {
            standing.taken(others.get().queue());
            call.succeed(contended(others.get(), now));
        } else {
            waiters.waitsNoMore(id);
            look();
        }
    }

    private void look() {
        again.reading(call, () -> store.look(key, id), this::decide);
    }

    private void decide(FirestoreStore.Look look) {
        long now = LockDocument.millis(look.readTime());
        Optional<LockDocument> present = LockDocument.in(look.lock());
        Optional<LockDocument> live = present.filter(lock -> lock.isLive(now));
        if (live.isPresent()) {
            LockDocument lock = live.get();
            if (lock.isHeldBy(id)) {
                call.succeed(new Acquired(lock.fenceToken(), Instant.ofEpochMilli(lock.expiresAtMillis())));
            } else {
                waiters.waits(id);
                standing.taken(lock.queue());
                call.succeed(contended(lock, now));
            }
            return;
        }
        if (holdsAnother(look, now)) {
            throw LockException.invalidArgument(
                    "the lock id holds another key already; each acquisition needs an id of its own");
        }
        OptionalLong ourTurn = standing.waits() ? ourTurn(present, now) : OptionalLong.empty();
        // A document that is gone had its last release tell nobody: whom this one left it to has had it.
        if (ourTurn.isPresent() || (standing.holdsBack() && present.isPresent())) {
            standing.leftToOthers(present.map(LockDocument::queue).orElse(Queue.EMPTY));
            call.succeed(ourTurn.isPresent() ? contendedUntil(ourTurn.getAsLong(), now) : Contended.unknown());
            return;
        }
        if (conflicts >= MOST_CONFLICTS) {
            standing.leftToOthers(present.map(LockDocument::queue).orElse(Queue.EMPTY));
            call.succeed(Contended.unknown());
            return;
        }
        write(look, present, next(look), now);
    }

    private static Contended contended(LockDocument lock, long now) {
        return contendedUntil(Tolerance.freeAtMillis(lock.expiresAtMillis()), now);
    }

    private static Contended contendedUntil(long freeAt, long now) {
        return Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - now));
    }

    /** Who waits leaves a lock that was given back to those before him, for a slot each (WAI-5). */
    private OptionalLong ourTurn(Optional<LockDocument> free, long now) {
        return free.map(lock -> lock.turnMillis(turns.process()))
                .filter(turn -> turn > now)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    private boolean holdsAnother(FirestoreStore.Look look, long now) {
        return look.ofId().getDocuments().stream()
                .filter(found -> !found.getReference().equals(look.lock().getReference()))
                .flatMap(found -> LockDocument.in(found).stream())
                .anyMatch(other -> other.isLive(now));
    }

    private FenceToken next(FirestoreStore.Look look) {
        long last = look.fence().exists() ? lastFence(look.fence()) : 0;
        if (last >= FenceToken.MAX_VALUE) {
            throw FirestoreFailures.of(
                    LockErrorCode.INTERNAL,
                    false,
                    call.operation(),
                    call.lock(),
                    "the key's fence counter is exhausted; use another key",
                    null);
        }
        return NextFence.after(last, LockDocument.micros(look.readTime()));
    }

    private static long lastFence(DocumentSnapshot counter) {
        if (counter.get(LockDocument.FENCE) instanceof String text) {
            try {
                return FenceToken.parse(text).value();
            } catch (LockException e) {
                throw new IllegalArgumentException(LockDocument.FENCE);
            }
        }
        throw new IllegalArgumentException(LockDocument.FENCE);
    }

    private void write(FirestoreStore.Look look, Optional<LockDocument> dead, FenceToken fence, long now) {
        long expiresAt = now + ttl.millis();
        Map<String, Object> lock = LockDocument.fields(id, store.stored(key), fence, now, expiresAt);
        Map<String, Object> counter = store.counter(key, fence, now, look.fence());
        WriteBatch batch = store.batch();
        if (dead.isPresent()) {
            Queue queue = dead.get().queue();
            if (standing.waits() && !queue.isEmpty()) {
                lock.put(Queue.FIELD, queue.after(turns.process()).processes());
            }
            batch.update(
                    look.lock().getReference(),
                    lock,
                    Precondition.updatedAt(dead.get().updateTime()));
        } else {
            batch.create(look.lock().getReference(), lock);
        }
        if (look.fence().exists()) {
            batch.update(
                    look.fence().getReference(),
                    counter,
                    Precondition.updatedAt(Objects.requireNonNull(look.fence().getUpdateTime())));
        } else {
            batch.create(look.fence().getReference(), counter);
        }
        call.write(batch::commit).whenComplete((written, failure) -> {
            if (failure == null) {
                call.succeed(new Acquired(fence, Instant.ofEpochMilli(expiresAt)));
            } else {
                failed(failure);
            }
        });
    }

    private void failed(Throwable failure) {
        CommitOutcome outcome = FirestoreFailures.outcomeOf(failure);
        if (outcome == CommitOutcome.REFUSED) {
            call.writeRefused();
            call.fail(failure);
            return;
        }
        if (outcome == CommitOutcome.CONFLICT) {
            conflicts++;
        }
        again.later(call, failure, this::look);
    }
}
