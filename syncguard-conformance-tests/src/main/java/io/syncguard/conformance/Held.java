package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A lock a test has taken. */
record Held(LockKey key, LockId id, FenceToken fence, Instant expiresAt) {
    /** Long enough to outlive any test. */
    static final Ttl LONG = new Ttl(60_000);

    /** Takes a key that must be free, for long. */
    static Held take(LockBackend backend, LockKey key) {
        return take(backend, key, LONG);
    }

    /** Takes a key that must be free. */
    static Held take(LockBackend backend, LockKey key, Ttl ttl) {
        return take(backend, key, backend.newLockId(key), ttl);
    }

    /** Takes a key that must be free. */
    static Held take(LockBackend backend, LockKey key, LockId id, Ttl ttl) {
        AcquireResult result = backend.acquire(key, id, ttl);
        assertThat(result).as("ACQ-1 acquiring a free key").isInstanceOf(Acquired.class);
        Acquired acquired = (Acquired) result;
        return new Held(key, id, acquired.fence(), acquired.expiresAt());
    }

    /** Takes a free key for each operation. */
    static Map<Operation, Held> oneForEach(LockBackend backend, Supplier<LockKey> keys, Ttl ttl) {
        Map<Operation, Held> locks = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            locks.put(operation, take(backend, keys.get(), ttl));
        }
        return locks;
    }

    /** Tries once, and again where there is no answer. */
    static Optional<Held> attempt(LockBackend backend, LockKey key, LockId id) {
        return RepeatedCall.answerOf(() -> backend.acquire(key, id, LONG)) instanceof Acquired acquired
                ? Optional.of(new Held(key, id, acquired.fence(), acquired.expiresAt()))
                : Optional.empty();
    }

    /** Returns the record of this lock, found by its key. */
    LockRecord foundByKey(LockBackend backend) {
        return found("by its key", backend.lookup(key));
    }

    /** Returns the record of this lock, found by its id. */
    LockRecord foundById(LockBackend backend) {
        return found("by its id", backend.lookup(id));
    }

    /** Returns the answer of a lookup of a lock that is held. */
    static LockRecord found(String how, Optional<LockRecord> answer) {
        return answer.orElseThrow(
                () -> new AssertionError("LKP-1 the lock " + how + ", of a lock that is held, is not found"));
    }

    /** Asserts that the lock is held as it was acquired, though others have tried to change it, and releases it. */
    void assertHeld(String rule, String when, LockBackend backend) {
        Optional<LockRecord> found = backend.lookup(key);
        assertThat(found.map(LockRecord::id))
                .as(rule + " the next holder " + when)
                .contains(id);
        assertThat(found.map(LockRecord::fence))
                .as(rule + " the next holder's fence " + when)
                .contains(fence);
        assertThat(found.map(LockRecord::expiresAt))
                .as(rule + " the next holder's expiry " + when)
                .contains(expiresAt);
        assertThat(backend.release(id))
                .as(rule + " the next holder's release " + when)
                .isEqualTo(ReleaseResult.RELEASED);
    }

    /** Gives the lock back, which must succeed. */
    void release(LockBackend backend) {
        assertThat(backend.release(id))
                .as("REL-1 the holder's release of a live lock")
                .isEqualTo(ReleaseResult.RELEASED);
    }
}
