package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The counters behind the fencing tokens. A counter shows where it is ahead of the server's clock, as after a clock that went back: each
 * acquire has the counter plus one there. Everywhere else the clock hides what becomes of it.
 */
interface CounterRules extends BackendUnderTest {

    @Test
    @DisplayName("FEN-1 a counter ahead of the clock, as after a clock that went back, counts on by one")
    default void countsOnAheadOfTheClock() {
        LockBackend backend = backend();
        Held last = takeAhead(key());
        for (int i = 0; i < 5; i++) {
            last.release(backend);
            Held next = Held.take(backend, last.key());
            assertNext("FEN-1 the fence of another acquire ahead of the clock", next, last);
            last = next;
        }
    }

    /** Asserts that nothing but one acquire has counted. */
    private static void assertNext(String what, Held next, Held before) {
        assertThat(next.fence().value()).as(what).isEqualTo(before.fence().value() + 1);
    }

    @Test
    @DisplayName("FEN-1 a counter behind the clock, as one that counted from 1, is overtaken by the clock")
    default void clockOvertakes() {
        LockBackend backend = backend();
        LockKey key = key();
        usedUpTo(key, 3);

        Held held = Held.take(backend, key);

        FenceRules.assertFollowsTheClock("FEN-1 the fence of a key whose counter is 3", backend, held);
    }

    @Test
    @DisplayName("FEN-1 an acquire after the counter was lost has a greater fence")
    default void risesAcrossTheLossOfTheCounter() {
        LockBackend backend = backend();
        Held before = Held.take(backend, key());
        Instant then = acquiredAt(backend, before);
        before.release(backend);
        Await.until("the server's clock goes on", () -> {
            Held look = Held.take(backend, key());
            Instant now = acquiredAt(backend, look);
            look.release(backend);
            return now.isAfter(then);
        });

        usedUpTo(before.key(), 0);

        assertThat(Held.take(backend, before.key()).fence())
                .as("FEN-1 the fence after the counter was lost")
                .isGreaterThan(before.fence());
    }

    private static Instant acquiredAt(LockBackend backend, Held held) {
        return held.foundByKey(backend).acquiredAt();
    }

    @Test
    @DisplayName("FEN-1 contended attempts do not count the fence up")
    default void contentionCountsNothing() {
        LockBackend backend = backend();
        Held before = takeAhead(key());
        for (int i = 0; i < 5; i++) {
            assertThat(backend.acquire(before.key(), backend.newLockId(before.key()), Held.LONG))
                    .as("ACQ-1 an acquire of a held key")
                    .isInstanceOf(Contended.class);
        }
        before.release(backend);

        assertNext(
                "FEN-1 the fence after one acquire and five contended attempts",
                Held.take(backend, before.key()),
                before);
    }

    @Test
    @DisplayName("FEN-1 keys have counters of their own")
    default void countersAreIndependent() {
        LockBackend backend = backend();
        Held one = takeAhead(key());
        for (int i = 0; i < 3; i++) {
            Held.take(backend, key()).release(backend);
        }
        one.release(backend);

        assertNext("FEN-1 the fence after other keys were locked", Held.take(backend, one.key()), one);
    }

    @Test
    @DisplayName("FEN-1 backends on one place have one counter for a key")
    default void counterIsShared() {
        LockBackend backend = backend();
        Held before = takeAhead(key());
        before.release(backend);

        assertNext("FEN-1 the fence that another backend hands out", Held.take(another(), before.key()), before);
    }

    @Test
    @DisplayName("FEN-3, ACQ-3, KEY-8 the last fence is handed out, the next acquire is INTERNAL and leaves nothing")
    default void exhaustedCounter() {
        LockBackend backend = backend();
        LockKey key = key();
        Held.take(backend, key).release(backend);
        usedUpTo(key, FenceToken.MAX_VALUE - 1);
        Held last = Held.take(backend, key);
        assertThat(last.fence().value()).as("FEN-3 the last fence").isEqualTo(FenceToken.MAX_VALUE);
        assertThat(backend.acquire(key, last.id(), Held.LONG))
                .as("ACQ-3, FEN-3 an acquire that the holder of the last fence repeats")
                .isEqualTo(new Acquired(last.fence(), last.expiresAt()));
        last.release(backend);

        for (int i = 0; i < 2; i++) {
            LockId id = backend.newLockId(key);
            LockException e = catchThrowableOfType(LockException.class, () -> backend.acquire(key, id, Held.LONG));

            assertThat(e).as("FEN-3 an acquire beyond the last fence must fail").isNotNull();
            assertThat(e.code()).as("FEN-3 the code of: %s", e).isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e.isOutcomeUnknown()).as("FEN-3 nothing was changed").isFalse();
            ErrorRules.assertWithoutRawValues(e, key, id);
            assertThat(backend.isLocked(key)).as("FEN-3 a lock left behind").isFalse();
            assertThat(backend.release(id)).as("FEN-3 an index left behind").isEqualTo(ReleaseResult.ABSENT);
        }
    }

    @Test
    @DisplayName("FEN-4 a release keeps the counter, and so does abandoning a lock")
    default void endsKeepTheCounter() {
        LockBackend backend = backend();
        Held first = takeAhead(key());
        first.release(backend);
        Held second = Held.take(backend, first.key());
        assertNext("FEN-4 the fence after a release", second, first);
        backend.abandon(second.key(), second.id(), Held.LONG);

        assertNext("FEN-4 the fence after an abandoned lock", Held.take(backend, first.key()), second);
    }

    @Test
    @DisplayName("FEN-4 a lock that expires leaves its counter")
    default void expiryKeepsTheCounter() {
        LockBackend backend = backend();
        Held dead = takeAhead(key(), new Ttl(1));
        Await.until("the lock has expired", () -> !backend.isLocked(dead.key()));

        Held next = Held.take(backend, dead.key(), new Ttl(1));
        assertNext("FEN-4 the fence after an expiry", next, dead);
        Await.until("the lock has expired", () -> !backend.isLocked(dead.key()));
        Await.millisSince(System.nanoTime(), TimeRules.CLOCK_MILLIS);
        assertThat(backend.extend(next.id(), Held.LONG))
                .as("EXT-1 extending a lock that has expired")
                .isInstanceOf(Absent.class);
        assertThat(backend.release(next.id()))
                .as("REL-1 releasing a lock that has expired")
                .isEqualTo(ReleaseResult.ABSENT);
        assertNext(
                "FEN-4 the fence after an extension and a release of a lock that has expired",
                Held.take(backend, dead.key()),
                next);
    }

    @Test
    @DisplayName("FEN-1, ACQ-3 an acquire that is refused, because its id holds another key, counts nothing")
    default void refusedCountsNothing() {
        LockBackend backend = backend();
        Held holding = Held.take(backend, key());
        Held before = takeAhead(key());
        before.release(backend);

        LockException e =
                catchThrowableOfType(LockException.class, () -> backend.acquire(before.key(), holding.id(), Held.LONG));

        assertThat(e).as("ACQ-3 taking a second key with one id must fail").isNotNull();
        assertNext("FEN-1 the fence after an acquire that was refused", Held.take(backend, before.key()), before);
    }

    @Test
    @DisplayName("FEN-4 no look at a key, locked or not, removes its counter")
    default void looksKeepTheCounter() {
        LockBackend backend = backend();
        Held before = takeAhead(key());
        assertThat(backend.isLocked(before.key())).as("CHK-1 while held").isTrue();
        before.release(backend);
        assertThat(backend.isLocked(before.key())).as("CHK-1 after").isFalse();
        assertThat(backend.lookup(before.key()))
                .as("LKP-1 by the key, after the release")
                .isEmpty();
        assertThat(backend.lookup(before.id()))
                .as("LKP-1 by the id, after the release")
                .isEmpty();
        assertThat(backend.release(before.id())).as("REL-1 the second release").isEqualTo(ReleaseResult.ABSENT);

        assertNext("FEN-4 the fence after looks at the free key", Held.take(backend, before.key()), before);
    }
}
