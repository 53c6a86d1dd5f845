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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** Tries without a pause until the key is free. */
    static Held takeOnceFree(LockBackend backend, LockKey key, LockId id) {
        AtomicReference<@Nullable Held> held = new AtomicReference<>();
        Await.untilAtOnce("ACQ-1 a key that is released can be acquired", () -> {
            if (RepeatedCall.answerOf(() -> backend.acquire(key, id, LONG)) instanceof Acquired acquired) {
                held.set(new Held(key, id, acquired.fence(), acquired.expiresAt()));
            }
            return held.get() != null;
        });
        return Objects.requireNonNull(held.get());
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

    /** Gives the lock back, which must succeed. */
    void release(LockBackend backend) {
        assertThat(backend.release(id))
                .as("REL-1 the holder's release of a live lock")
                .isEqualTo(ReleaseResult.RELEASED);
    }
}
