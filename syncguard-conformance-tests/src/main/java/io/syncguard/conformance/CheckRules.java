package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Asking whether a key is locked. */
interface CheckRules extends BackendUnderTest {

    @Test
    @DisplayName("CHK-1 a key is locked while it is held, to everybody, and not before or after")
    default void follows() {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();

        assertThat(backend.isLocked(key)).as("CHK-1 before").isFalse();
        Held held = Held.take(backend, key);
        assertThat(backend.isLocked(key)).as("CHK-1 while held").isTrue();
        assertThat(another.isLocked(key))
                .as("CHK-1 while held, to another backend")
                .isTrue();
        held.release(backend);
        assertThat(another.isLocked(key)).as("CHK-1 after").isFalse();
        Held next = Held.take(backend, key);
        assertThat(another.isLocked(key))
                .as("CHK-1 to another backend, which has just seen the key free")
                .isTrue();
        assertThat(another.lookup(key).map(LockRecord::id))
                .as("LKP-1 by another backend, which has just seen the key free")
                .contains(next.id());
        next.release(another);
        assertThat(backend.isLocked(key))
                .as("CHK-1 after another backend has released")
                .isFalse();
    }

    @Test
    @DisplayName("CHK-1 asking changes nothing about a live lock")
    default void pureOnLiveLocks() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        for (int i = 0; i < 5; i++) {
            assertThat(backend.isLocked(held.key())).as("CHK-1 while held").isTrue();
        }

        LockRecord after = held.foundByKey(backend);
        assertThat(after.id()).as("CHK-1 the holder").isEqualTo(held.id());
        assertThat(after.expiresAt()).as("CHK-1 the expiry").isEqualTo(held.expiresAt());
        held.release(backend);
    }

    @Test
    @DisplayName("CHK-1 asking within the tolerance deletes nothing: the holder can still extend and release")
    default void pureWithinTolerance() {
        LockBackend backend = backend();
        Ttl ttl = new Ttl(1);
        Timely.check("CHK-1", TimeRules.sureToLive(ttl), () -> {
            Held held = Held.take(backend, key(), ttl);
            Await.until(
                    "the ttl is over", () -> held.foundById(backend).remaining().isZero());

            assertThat(backend.isLocked(held.key()))
                    .as("CHK-1 within the tolerance")
                    .isTrue();

            assertThat(backend.lookup(held.id()))
                    .as("CHK-1 the lock after isLocked was asked; isLocked must not delete it")
                    .isPresent();
            held.release(backend);
        });
    }

    @Test
    @DisplayName("CHK-1 asking about a free key creates nothing")
    default void createsNothing() {
        LockBackend backend = backend();
        LockKey key = key();

        assertThat(backend.isLocked(key)).as("CHK-1 a key that nobody has used").isFalse();

        assertThat(backend.lookup(key)).as("CHK-1 a lock that isLocked created").isEmpty();
        FenceRules.assertFollowsTheClock(
                "CHK-1 the first fence of a key that was asked about", backend, Held.take(backend, key));
    }

    @Test
    @DisplayName("CHK-1 asking about a key, locked or free, counts nothing")
    default void countsNothing() {
        LockBackend backend = backend();
        Held before = takeAhead(key());
        assertThat(backend.isLocked(before.key())).as("CHK-1 while held").isTrue();
        before.release(backend);
        assertThat(backend.isLocked(before.key())).as("CHK-1 after").isFalse();

        assertThat(Held.take(backend, before.key()).fence().value())
                .as("CHK-1 the next fence of a key that was asked about")
                .isEqualTo(before.fence().value() + 1);
    }
}
