package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Taking a lock. */
interface AcquireRules extends BackendUnderTest {

    @Test
    @DisplayName("ACQ-1 a lock that was taken is found by its key and by its id, with the same fence and expiry")
    default void writesLockAndIndex() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());

        assertThat(backend.isLocked(held.key())).as("ACQ-1 isLocked").isTrue();
        for (LockRecord found : new LockRecord[] {held.foundByKey(backend), held.foundById(backend)}) {
            assertThat(found.key()).as("ACQ-1 key").isEqualTo(held.key().value());
            assertThat(found.id()).as("ACQ-1 id").isEqualTo(held.id());
            assertThat(found.fence()).as("ACQ-1 fence").isEqualTo(held.fence());
            assertThat(found.expiresAt()).as("ACQ-1 expiry").isEqualTo(held.expiresAt());
        }
    }

    @Test
    @DisplayName("ACQ-1 a lock keeps everybody else out, whichever backend they come through")
    default void excludesOthers() {
        Held held = Held.take(backend(), key());

        assertThat(acquire(backend(), held.key()))
                .as("ACQ-1 an acquire through the same backend")
                .isInstanceOf(Contended.class);
        assertThat(acquire(another(), held.key()))
                .as("ACQ-1 an acquire through another backend")
                .isInstanceOf(Contended.class);
    }

    private static AcquireResult acquire(LockBackend backend, LockKey key) {
        return backend.acquire(key, backend.newLockId(key), Held.LONG);
    }

    @Test
    @DisplayName("ACQ-2 contention is a value, not an exception")
    default void contentionIsAValue() {
        Held held = Held.take(backend(), key());

        LockException thrown = catchThrowableOfType(LockException.class, () -> acquire(backend(), held.key()));

        assertThat(thrown).as("ACQ-2 what a contended acquire throws").isNull();
    }

    @Test
    @DisplayName("ACQ-2 contention says when the lock is free at the latest, if that is known")
    default void contentionTellsTheEnd() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());

        Contended contended = contended(backend, held.key());

        contended.freeAt().ifPresent(freeAt -> assertThat(freeAt)
                .as("ACQ-2 when the lock becomes free")
                .isEqualTo(held.expiresAt().plusMillis(Tolerance.MILLIS)));
        // What is left later is less than what was left then.
        Duration left = held.foundByKey(backend).remaining();
        contended.freeIn().ifPresent(freeIn -> assertThat(freeIn)
                .as("ACQ-2 how long until the lock becomes free, which is the tolerance after its expiry")
                .isBetween(
                        left.plusMillis(Tolerance.MILLIS - TimeRules.CLOCK_MILLIS),
                        Duration.ofMillis(Held.LONG.millis() + Tolerance.MILLIS)));
    }

    @Test
    @DisplayName("ACQ-2, EXT-2 after an extension contention says when the lock is free by the new expiry")
    default void contentionTellsTheEndAfterAnExtension() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        assertThat(backend.extend(held.id(), new Ttl(2 * Held.LONG.millis())))
                .as("EXT-1 extending a live lock")
                .isInstanceOf(Extended.class);

        Contended contended = contended(backend, held.key());

        LockRecord extended = held.foundByKey(backend);
        contended.freeAt().ifPresent(freeAt -> assertThat(freeAt)
                .as("ACQ-2 when a lock that was extended becomes free")
                .isEqualTo(extended.expiresAt().plusMillis(Tolerance.MILLIS)));
        contended.freeIn().ifPresent(freeIn -> assertThat(freeIn)
                .as("ACQ-2 how long until a lock that was extended becomes free")
                .isGreaterThan(extended.remaining()));
    }

    private static Contended contended(LockBackend backend, LockKey key) {
        AcquireResult result = acquire(backend, key);
        assertThat(result).as("ACQ-2 an acquire of a held lock").isInstanceOf(Contended.class);
        return (Contended) result;
    }

    @Test
    @DisplayName("ACQ-2 contention does not tell who holds the lock")
    default void contentionHidesTheHolder() {
        Held held = Held.take(backend(), key());

        assertThat(contended(backend(), held.key()).toString())
                .as("ACQ-2 the text of the contention")
                .doesNotContain(held.id().value());
    }

    @Test
    @DisplayName("ACQ-2 a contended attempt changes nothing and leaves nothing")
    default void contentionChangesNothing() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        LockRecord before = held.foundByKey(backend);
        LockId loser = backend.newLockId(held.key());

        assertThat(backend.acquire(held.key(), loser, Held.LONG))
                .as("ACQ-1 an acquire of a held key")
                .isInstanceOf(Contended.class);

        LockRecord after = held.foundByKey(backend);
        assertThat(after.id()).as("ACQ-2 the holder").isEqualTo(before.id());
        assertThat(after.expiresAt()).as("ACQ-2 the holder's expiry").isEqualTo(before.expiresAt());
        assertThat(backend.lookup(loser)).as("ACQ-2 what the loser's id holds").isEmpty();
        assertThat(backend.release(loser)).as("ACQ-2 the loser's release").isEqualTo(ReleaseResult.ABSENT);
        assertThat(backend.isLocked(held.key())).as("ACQ-2 the holder's lock").isTrue();
    }

    @Test
    @DisplayName("ACQ-3, EXT-1 repeating an acquire after an extension answers the new expiry, and leaves it as it is")
    default void repeatingKeepsAnExtension() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key(), new Ttl(30_000));
        assertThat(backend.extend(held.id(), Held.LONG))
                .as("EXT-1 extending a live lock")
                .isInstanceOf(Extended.class);
        Instant extended = held.foundByKey(backend).expiresAt();

        assertThat(backend.acquire(held.key(), held.id(), new Ttl(30_000)))
                .as("ACQ-3 an acquire that is repeated after an extension")
                .isEqualTo(new Acquired(held.fence(), extended));

        assertThat(held.foundByKey(backend).expiresAt())
                .as("ACQ-3 the expiry after an acquire that was repeated after an extension")
                .isEqualTo(extended);
    }

    @Test
    @DisplayName("ACQ-3 repeating an acquire with the id that holds the key answers the same fence and expiry")
    default void repeatingIsIdempotent() {
        LockBackend backend = backend();
        LockBackend another = another();
        Held held = Held.take(backend, key(), new Ttl(30_000));

        for (LockBackend via : new LockBackend[] {backend, another}) {
            AcquireResult again = via.acquire(held.key(), held.id(), new Ttl(40_000));
            assertThat(again)
                    .as("ACQ-3 a repeated acquire with the same id")
                    .isEqualTo(new Acquired(held.fence(), held.expiresAt()));
        }
        assertThat(held.foundByKey(backend).expiresAt())
                .as("ACQ-3 the expiry after repeated acquires")
                .isEqualTo(held.expiresAt());
    }

    @Test
    @DisplayName("ACQ-3 repeating an acquire leaves one lock, which one release gives back")
    default void repeatingLeavesOneLock() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        repeat(held);

        held.release(backend);

        assertThat(backend.isLocked(held.key()))
                .as("ACQ-3 the lock after one release")
                .isFalse();
        assertThat(Held.take(backend, held.key()).fence())
                .as("ACQ-3 the next fence")
                .isGreaterThan(held.fence());
    }

    private void repeat(Held held) {
        for (int i = 0; i < 3; i++) {
            assertThat(backend().acquire(held.key(), held.id(), Held.LONG))
                    .as("ACQ-3 a repeated acquire with the same id")
                    .isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("ACQ-3 repeating an acquire counts nothing")
    default void repeatingCountsNothing() {
        LockBackend backend = backend();
        Held held = takeAhead(key());
        repeat(held);
        held.release(backend);

        assertThat(Held.take(backend, held.key()).fence().value())
                .as("ACQ-3 the next fence after repeated acquires")
                .isEqualTo(held.fence().value() + 1);
    }

    @Test
    @DisplayName("ACQ-3, KEY-8 an id that holds a key cannot take another one, and nobody loses anything by its trying")
    default void idIsForOneKey() throws InterruptedException {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        LockKey other = key();

        LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(other, held.id(), Held.LONG));

        assertThat(e).as("ACQ-3 taking a second key with one id must fail").isNotNull();
        assertThat(e.code()).as("ACQ-3 the code of: %s", e).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        ErrorRules.assertWithoutRawValues(e, other, held.id());
        assertThat(backend.isLocked(other)).as("ACQ-3 the other key").isFalse();
        held.release(backend);
        StartedCall elsewhere = StartedCall.of(() -> Held.take(backend, other).release(backend));
        elsewhere.awaitEnd("ACQ-3 an acquire by another thread after one that was refused", NetworkRules.SOON);
        assertThat(elsewhere.thrown())
                .as("ACQ-3 what an acquire by another thread throws after one that was refused")
                .isNull();
    }

    @Test
    @DisplayName("ACQ-4 abandoning an acquire that landed frees the key and the id at once")
    default void abandonFrees() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());

        another().abandon(held.key(), held.id(), Held.LONG);

        assertThat(backend.isLocked(held.key())).as("ACQ-4 the key").isFalse();
        assertThat(backend.lookup(held.id())).as("ACQ-4 the id").isEmpty();
        assertThat(backend.release(held.id())).as("ACQ-4 a release later").isEqualTo(ReleaseResult.ABSENT);
        Held.take(backend, held.key());
    }

    @Test
    @DisplayName(
            "ACQ-4, ACQ-2 an acquire that comes after its id was abandoned is refused, or is an acquire like any other")
    default void acquireAfterAbandoning() {
        LockBackend backend = backend();
        LockKey key = key();
        LockId id = backend.newLockId(key);
        backend.abandon(key, id, Held.LONG);

        try {
            assertThat(acquireAs(backend, key, id))
                    .as("ACQ-2 an acquire of a free key whose id was abandoned, which nobody is in the way of")
                    .isInstanceOf(Acquired.class);
        } catch (LockException e) {
            assertThat(e.code())
                    .as("ACQ-4 the code of an acquire whose id was abandoned: %s", e)
                    .isEqualTo(LockErrorCode.ABORTED);
            assertThat(backend.isLocked(key))
                    .as("ACQ-4 the key after an acquire that was refused because its id was abandoned")
                    .isFalse();
        }
    }

    private static AcquireResult acquireAs(LockBackend backend, LockKey key, LockId id) {
        return backend.acquire(key, id, Held.LONG);
    }

    @Test
    @DisplayName("ACQ-4 abandoning an acquire that never landed harms nobody and may be repeated")
    default void abandonSparesOthers() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        LockId lost = backend.newLockId(held.key());

        backend.abandon(held.key(), lost, Held.LONG);
        backend.abandon(held.key(), lost, Held.LONG);

        assertThat(backend.lookup(held.key()).map(LockRecord::id))
                .as("ACQ-4 the holder after somebody else's acquire was abandoned")
                .contains(held.id());
        held.release(backend);
    }
}
