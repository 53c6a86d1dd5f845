package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trying from a place among those that wait, where a backend has such places. */
interface PlaceRules extends BackendUnderTest {

    @ParameterizedTest
    @EnumSource
    @DisplayName("WAI-6, OPT-4 an attempt in a place, through either view, keeps what rules say of an acquire")
    default void attemptIsAnAcquire(AttemptRule rule) throws InterruptedException {
        rule.check(new Through(this, PlacedBackend::new));
    }

    @Test
    @DisplayName("WAI-6, ACQ-3 an attempt in a place and an acquire with the same id answer the same")
    default void attemptAndAcquireAreOne() {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Held held = Held.take(backend, key, new Ttl(30_000));
        Acquired same = new Acquired(held.fence(), held.expiresAt());

        for (LockBackend via : new LockBackend[] {backend, another}) {
            try (WakeUps.Place place = Waiting.wakeUps(via).enter(key, () -> {})) {
                assertThat(place.acquire(held.id(), new Ttl(40_000), Duration.ofSeconds(1)))
                        .as("ACQ-3 an attempt in a place with the holder's id")
                        .isEqualTo(same);
            }
        }
        assertThat(backend.acquire(key, held.id(), Held.LONG))
                .as("ACQ-3 an acquire after attempts in places with the same id")
                .isEqualTo(same);
        held.release(backend);
        try (Waiting waiting = Waiting.enter(backend, key)) {
            Held taken = waiting.takeAtOnce();
            assertThat(taken.fence())
                    .as("FEN-1 the fence that a place answers after an acquire")
                    .isGreaterThan(held.fence());
            assertThat(another.acquire(key, waiting.id(), Held.LONG))
                    .as("ACQ-3 an acquire with the id that a place has taken the lock with")
                    .isEqualTo(new Acquired(taken.fence(), taken.expiresAt()));
        }
    }

    @Test
    @DisplayName("WAI-6, FEN-1 an attempt in a place and an acquire count with one counter")
    default void attemptAndAcquireCountTogether() {
        LockBackend backend = backend();
        Held held = takeAhead(key());
        held.release(backend);
        try (Waiting waiting = Waiting.enter(backend, held.key())) {
            Held taken = waiting.takeAtOnce();
            assertThat(taken.fence().value())
                    .as("FEN-1 the fence that a place answers after an acquire ahead of the clock")
                    .isEqualTo(held.fence().value() + 1);
            taken.release(backend);
        }
        assertThat(Held.take(backend, held.key()).fence().value())
                .as("FEN-1 the fence of an acquire after one in a place")
                .isEqualTo(held.fence().value() + 2);
    }

    @Test
    @DisplayName(
            "WAI-6, OPT-3 a closed backend still tells how it wakes, and its places refuse every attempt with ABORTED")
    default void placesOfClosedBackend() {
        LockBackend closed = Waiting.opened(another());
        WakeUps before = Waiting.wakeUps(closed);
        Held held = Held.take(backend(), key());
        LockKey key = held.key();
        Waiting old = Waiting.stand(closed, key);
        held.release(backend());
        old.awaitCall("WAI-1 a release calls who waits in another backend");
        closed.close();

        assertThat(closed.wakeUps().orElse(null))
                .as("WAI-6 how a backend wakes, told after its close")
                .isSameAs(before);
        assertThat(before.holdBack(key))
                .as("WAI-3 to hold back after the close")
                .isBetween(Duration.ZERO, WakeUpRules.LONGEST_HOLD_BACK);
        Waiting late = entered(closed, key);
        for (Waiting waiting : new Waiting[] {old, late}) {
            LockException e = catchThrowableOfType(LockException.class, waiting::attempt);
            assertThat(e)
                    .as("OPT-3 an attempt in a place of a closed backend must fail")
                    .isNotNull();
            assertThat(e.code()).as("OPT-3 the code of: %s", e).isEqualTo(LockErrorCode.ABORTED);
            assertThat(catchThrowable(waiting::leave))
                    .as("WAI-6 what closing a place of a closed backend throws")
                    .isNull();
        }
        assertThat(backend().isLocked(key)).as("OPT-3 the key").isFalse();
    }

    private static Waiting entered(LockBackend closed, LockKey key) {
        try {
            return Waiting.enter(closed, key);
        } catch (RuntimeException e) {
            throw new AssertionError("WAI-6 entering must not throw, not even on a closed backend: " + e, e);
        }
    }

    @Test
    @DisplayName("WAI-6 a backend tells at each call the same of how it wakes")
    default void sameAtEachCall() {
        LockBackend backend = backend();
        WakeUps wakeUps = Waiting.wakeUps(backend);

        assertThat(backend.wakeUps().orElse(null))
                .as("WAI-6 how a backend wakes, told again")
                .isSameAs(wakeUps);
    }

    @Test
    @DisplayName("WAI-6 a place may be closed twice, and by anybody")
    default void placeClosedTwice() throws InterruptedException {
        Waiting waiting = Waiting.enter(backend(), key());
        Held held = waiting.takeAtOnce();

        Thread other = new Thread(waiting::leave);
        other.start();
        other.join();
        Throwable thrown = catchThrowable(waiting::leave);

        assertThat(thrown).as("WAI-6 what closing a place again throws").isNull();
        held.release(backend());
    }

    @Test
    @DisplayName("WAI-6, OPT-3 no thread is left after the close of a backend that somebody waited in")
    default void waitingLeavesNoThread() throws InterruptedException {
        // What a client starts once for the life of the JVM is no leak.
        waitIn(another());

        Threads.endAfter("OPT-3 the threads of a backend that somebody waited in have ended", () -> waitIn(another()));
    }

    private void waitIn(LockBackend backend) {
        Waiting.openTheWay(backend);
        Held held = Held.take(backend, key());
        try (Waiting waiting = Waiting.stand(backend, held.key())) {
            held.release(backend);
            waiting.takeWhenCalled("WAI-1 a release calls who waits in the same backend")
                    .release(backend);
        } finally {
            backend.close();
        }
    }
}
