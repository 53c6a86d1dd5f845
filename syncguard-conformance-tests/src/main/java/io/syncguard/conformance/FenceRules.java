package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Fencing tokens. */
interface FenceRules extends BackendUnderTest {

    @Test
    @DisplayName("FEN-1 each acquire after a release has a greater fence")
    default void risesAcrossReleases() {
        LockKey key = key();
        Held last = Held.take(backend(), key);
        for (int i = 0; i < 10; i++) {
            last.release(backend());
            Held next = Held.take(backend(), key);
            assertThat(next.fence())
                    .as("FEN-1 the fence of an acquire after a release")
                    .isGreaterThan(last.fence());
            last = next;
        }
    }

    @Test
    @DisplayName("FEN-1 an acquire after an expiry has a greater fence")
    default void risesAcrossExpiry() {
        LockBackend backend = backend();
        LockKey key = key();
        Held dead = Held.take(backend, key, new Ttl(1));
        Await.until("the lock has expired", () -> !backend.isLocked(key));

        assertThat(Held.take(backend, key).fence())
                .as("FEN-1 the fence after an expiry")
                .isGreaterThan(dead.fence());
    }

    @Test
    @DisplayName("FEN-1 fences rise across backends, open and closed")
    default void risesAcrossBackends() {
        LockKey key = key();
        LockBackend first = another();
        Held before = Held.take(first, key);
        before.release(first);
        first.close();

        Held after = Held.take(another(), key);

        assertThat(after.fence()).as("FEN-1 the fence a new backend hands out").isGreaterThan(before.fence());
    }

    @Test
    @DisplayName("FEN-1 a lock that was abandoned does not set the fence back")
    default void risesAcrossAbandoning() {
        LockBackend backend = backend();
        Held before = Held.take(backend, key());
        backend.abandon(before.key(), before.id(), Held.LONG);

        assertThat(Held.take(backend, before.key()).fence())
                .as("FEN-1 the fence after an abandoned lock")
                .isGreaterThan(before.fence());
    }

    @Test
    @DisplayName("FEN-1 contended attempts do not count the fence up")
    default void contentionCountsNothing() {
        LockBackend backend = backend();
        Held before = Held.take(backend, key());
        for (int i = 0; i < 5; i++) {
            assertThat(backend.acquire(before.key(), backend.newLockId(before.key()), Held.LONG))
                    .isInstanceOf(Contended.class);
        }
        before.release(backend);

        assertThat(Held.take(backend, before.key()).fence().value())
                .as("FEN-1 the fence after one acquire and five contended attempts")
                .isEqualTo(before.fence().value() + 1);
    }

    @Test
    @DisplayName("FEN-1 keys have counters of their own")
    default void countersAreIndependent() {
        LockBackend backend = backend();
        Held one = Held.take(backend, key());
        for (int i = 0; i < 3; i++) {
            Held.take(backend, key()).release(backend);
        }
        one.release(backend);

        assertThat(Held.take(backend, one.key()).fence().value())
                .as("FEN-1 the fence after other keys were locked")
                .isEqualTo(one.fence().value() + 1);
    }

    @Test
    @DisplayName("FEN-2 fences order alike as numbers and as texts of 15 digits")
    default void ordersAgree() {
        LockKey key = key();
        Held first = Held.take(backend(), key);
        first.release(backend());
        Held second = Held.take(backend(), key);

        assertThat(first.fence().toString()).as("FEN-2 text form").matches("\\d{15}");
        assertThat(second.fence().toString())
                .as("FEN-2 text order")
                .isGreaterThan(first.fence().toString());
    }

    @Test
    @DisplayName("FEN-3 the last fence is handed out, the next acquire is INTERNAL and leaves nothing")
    default void exhaustedCounter() {
        LockBackend backend = backend();
        LockKey key = key();
        Held.take(backend, key).release(backend);
        usedUpTo(key, FenceToken.MAX_VALUE - 1);
        Held last = Held.take(backend, key);
        assertThat(last.fence().value()).as("FEN-3 the last fence").isEqualTo(FenceToken.MAX_VALUE);
        last.release(backend);

        for (int i = 0; i < 2; i++) {
            LockId id = backend.newLockId(key);
            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, Held.LONG));

            assertThat(e).as("FEN-3 an acquire beyond the last fence must fail").isNotNull();
            assertThat(e.code()).as("FEN-3 its code").isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e.isOutcomeUnknown()).as("FEN-3 nothing was changed").isFalse();
            assertThat(backend.isLocked(key)).as("FEN-3 a lock left behind").isFalse();
            assertThat(backend.release(id)).as("FEN-3 an index left behind").isEqualTo(ReleaseResult.ABSENT);
        }
    }

    @Test
    @DisplayName("FEN-4 no look at a key, locked or not, removes its counter")
    default void looksKeepTheCounter() {
        LockBackend backend = backend();
        Held before = Held.take(backend, key());
        assertThat(backend.isLocked(before.key())).isTrue();
        before.release(backend);
        assertThat(backend.isLocked(before.key())).isFalse();
        assertThat(backend.lookup(before.key())).isEmpty();
        assertThat(backend.lookup(before.id())).isEmpty();
        assertThat(backend.release(before.id())).isEqualTo(ReleaseResult.ABSENT);

        assertThat(Held.take(backend, before.key()).fence())
                .as("FEN-4 the fence after looks at the free key")
                .isGreaterThan(before.fence());
    }
}
