package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Calling those that wait, where a backend can. Whoever waits here tries when he is called and never otherwise; the
 * server is up, so no call is lost. Calls without cause are allowed everywhere.
 */
interface WakeUpRules extends BackendUnderTest {
    /** As long as it takes somebody to try, and the holder to extend its lock. */
    Ttl BRIEF = new Ttl(500);

    /** The longest time to hold back for. */
    Duration LONGEST_HOLD_BACK = Duration.ofSeconds(1);

    /** How often each of those that take turns has the lock. */
    int TURNS = 8;

    @Test
    @DisplayName("WAI-1 a release calls who waits in the same backend")
    default void callsHere() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        try (Waiting waiting = Waiting.enter(backend, held.key())) {
            waiting.tryInVain();

            held.release(backend);

            Held taken = waiting.takeWhenCalled("WAI-1 a release calls who waits in the same backend");
            assertThat(taken.fence()).as("FEN-1 the fence of who was called").isGreaterThan(held.fence());
        }
    }

    @Test
    @DisplayName("WAI-1 a release calls who waits in another backend")
    default void callsElsewhere() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key());
        try (Waiting waiting = Waiting.enter(another(), held.key())) {
            waiting.tryInVain();

            held.release(backend);

            Held taken = waiting.takeWhenCalled("WAI-1 a release calls who waits in another backend");
            assertThat(taken.fence()).as("FEN-1 the fence of who was called").isGreaterThan(held.fence());
        }
    }

    @Test
    @DisplayName("WAI-1, KEY-3 a release calls who waits for an odd key")
    default void callsForOddKeys() {
        LockBackend backend = backend();
        LockBackend another = Waiting.opened(another());
        for (OddKey odd : OddKey.values()) {
            Held held = Held.take(backend, odd.key(key().value()));
            try (Waiting waiting = Waiting.enter(another, held.key())) {
                waiting.tryInVain();

                held.release(backend);

                waiting.takeWhenCalled("WAI-1 a release calls who waits for an odd key, " + odd);
            }
        }
    }

    @Test
    @DisplayName("WAI-1 who was called and came too late is called by the next release as well")
    default void callsAgain() {
        LockBackend fast = backend();
        Held held = Held.take(fast, key());
        try (Waiting waiting = Waiting.stand(Waiting.opened(another()), held.key())) {
            for (int i = 0; i < 3; i++) {
                held.release(fast);
                waiting.awaitCall("WAI-1 a release calls who waits, however often he came too late");
                held = Held.take(fast, held.key());
                waiting.tryInVain();
            }

            held.release(fast);

            waiting.takeWhenCalled("WAI-1 a release calls who waits, however often he came too late");
        }
    }

    @Test
    @DisplayName("WAI-1, ACQ-1 those that wait in several backends all have their turns, and nobody tries uncalled")
    default void takingTurns() throws InterruptedException {
        LockKey key = key();
        List<Callable<Integer>> contenders = new ArrayList<>();
        for (LockBackend via : List.of(backend(), another(), another())) {
            Waiting.wakeUps(via);
            contenders.add(() -> {
                for (int turn = 0; turn < TURNS; turn++) {
                    takenWhenCalled(via, key).release(via);
                }
                return TURNS;
            });
        }

        Contenders.race(contenders);

        assertThat(backend().isLocked(key))
                .as("ACQ-1 the key when all have had their turns")
                .isFalse();
    }

    private static Held takenWhenCalled(LockBackend via, LockKey key) {
        try (Waiting waiting = Waiting.enter(via, key)) {
            return waiting.taken().orElseGet(() -> waiting.takeWhenCalled("WAI-1 each of several that wait is called"));
        }
    }

    @Test
    @DisplayName("WAI-6 of those that wait in two backends the one that has waited for longest is called")
    default void longestIsCalled() {
        LockBackend backend = Waiting.opened(backend());
        LockBackend another = Waiting.opened(another());
        longestIsCalled(backend, another);
        longestIsCalled(another, backend);
    }

    private void longestIsCalled(LockBackend firstIn, LockBackend secondIn) {
        Held held = Held.take(backend(), key());
        try (Waiting first = Waiting.stand(firstIn, held.key());
                Waiting second = Waiting.stand(secondIn, held.key())) {
            held.release(backend());

            // The second may be called too, and does nothing yet.
            Held taken = first.takeWhenCalled("WAI-6 a release calls the one that has waited for longest");
            second.tryInVain();
            taken.release(firstIn);
        }
    }

    @Test
    @DisplayName(
            "WAI-6 the one that has waited for longest is called, also if it has tried again since the others came")
    default void tryingAgainKeepsTheRank() {
        LockBackend firstIn = Waiting.opened(backend());
        LockBackend secondIn = Waiting.opened(another());
        Held held = Held.take(firstIn, key());
        try (Waiting first = Waiting.stand(firstIn, held.key());
                Waiting second = Waiting.stand(secondIn, held.key())) {
            first.tryInVain();
            held.release(firstIn);

            Held taken = first.takeWhenCalled(
                    "WAI-6 a release calls the one that has waited for longest, though it has tried again");
            second.tryInVain();
            taken.release(firstIn);
        }
    }

    @Test
    @DisplayName("WAI-1 a waiter is called, also if the lock was extended beyond the end that the waiter found")
    default void waitsBeyondTheFirstEnd() {
        LockBackend backend = Waiting.opened(backend());
        LockBackend another = Waiting.opened(another());
        for (int attempts = 0; attempts < 10; attempts++) {
            Held held = Held.take(backend, key(), BRIEF);
            try (Waiting waiting = Waiting.enter(another, held.key())) {
                // A machine that stands still comes after the end of the lock.
                if (waiting.attempt() instanceof Contended
                        && backend.extend(held.id(), Held.LONG) instanceof Extended) {
                    Await.millisSince(System.nanoTime(), BRIEF.millis() + Tolerance.MILLIS + TimeRules.EXACT_MILLIS);
                    held.release(backend);
                    waiting.takeWhenCalled("WAI-1 a release calls a waiter beyond the end that it found")
                            .release(another);
                    return;
                }
                var unused = another.release(waiting.id());
            }
        }
        Assumptions.abort("WAI-1 could not be checked: machine or server took more than " + BRIEF.millis()
                + " ms to try and to extend, each time");
    }

    @Test
    @DisplayName("WAI-6 who waits for one key does not stand in the way of another key's")
    default void keysAreApart() {
        LockBackend holder = backend();
        LockBackend waitsForBoth = Waiting.opened(another());
        LockBackend waitsForOne = Waiting.opened(another());
        Held kept = Held.take(holder, key());
        Held given = Held.take(holder, key());
        try (Waiting older = Waiting.stand(waitsForBoth, kept.key());
                Waiting younger = Waiting.stand(waitsForBoth, given.key());
                Waiting youngest = Waiting.stand(waitsForOne, given.key())) {
            given.release(holder);
            Held taken = younger.takeWhenCalled(
                    "WAI-6 a release calls who waits for its key, not only who waits for another");
            younger.leave();
            taken.release(waitsForBoth);
            youngest.takeWhenCalled("WAI-6 a release calls who waits for its key, not only who waits for another");
            older.tryInVain();
        }
    }

    @Test
    @DisplayName("WAI-7 who was called and leaves without trying passes the turn on")
    default void turnIsPassedOn() {
        LockBackend firstIn = Waiting.opened(another());
        LockBackend secondIn = Waiting.opened(another());
        for (LockBackend releasing : List.of(backend(), firstIn, secondIn)) {
            Held held = Held.take(releasing, key());
            try (Waiting first = Waiting.stand(firstIn, held.key());
                    Waiting second = Waiting.stand(secondIn, held.key())) {
                held.release(releasing);
                first.awaitCall("WAI-6 a release calls the one that has waited for longest");

                first.leave();

                second.takeWhenCalled("WAI-7 the next is called when the one before him leaves without trying");
            }
        }
    }

    @Test
    @DisplayName("WAI-7 who has left is called no more, and does not stand in the way of the next")
    default void leftBefore() {
        LockBackend firstIn = Waiting.opened(another());
        LockBackend secondIn = Waiting.opened(another());
        for (LockBackend releasing : List.of(backend(), firstIn, secondIn)) {
            Held held = Held.take(releasing, key());
            Waiting gone = Waiting.stand(firstIn, held.key());
            try (Waiting next = Waiting.stand(secondIn, held.key())) {
                gone.leave();
                int calls = gone.calls();

                held.release(releasing);

                next.takeWhenCalled("WAI-7 the next is called when the one before him has left");
                assertThat(gone.calls())
                        .as("WAI-7 calls of a place up to the next one's turn, after it was closed")
                        .isEqualTo(calls);
            }
        }
    }

    @Test
    @DisplayName("WAI-7 who has taken the lock and left does not stand in the way of the next")
    default void servedAndLeft() {
        LockBackend firstIn = Waiting.opened(another());
        Held held = Held.take(backend(), key());
        Waiting first = Waiting.stand(firstIn, held.key());
        try (Waiting second = Waiting.stand(Waiting.opened(another()), held.key())) {
            held.release(backend());
            Held firsts = first.takeWhenCalled("WAI-6 a release calls the one that has waited for longest");
            first.leave();

            firsts.release(firstIn);

            second.takeWhenCalled("WAI-7 the next is called when the one before him has had the lock");
        }
    }

    @Test
    @DisplayName("WAI-7 who found the lock free and left does not stand in the way of others")
    default void servedAtOnce() {
        LockBackend firstIn = Waiting.opened(another());
        LockKey key = key();
        Held held;
        try (Waiting first = Waiting.enter(firstIn, key)) {
            held = first.takeAtOnce();
        }
        try (Waiting second = Waiting.stand(Waiting.opened(another()), key)) {
            held.release(firstIn);

            second.takeWhenCalled("WAI-7 who waits is called after one who did not have to wait");
        }
    }

    @Test
    @DisplayName("WAI-7 a closed backend does not stand in the way of those that wait in others")
    default void closedBackendIsPassedOver() {
        LockBackend closing = Waiting.opened(another());
        Held held = Held.take(backend(), key());
        Waiting gone = Waiting.stand(closing, held.key());
        try (Waiting next = Waiting.stand(Waiting.opened(another()), held.key())) {
            closing.close();

            held.release(backend());

            next.takeWhenCalled("WAI-7 the next is called when the backend of the one before him is closed");
        }
        gone.leave();
    }

    @Test
    @DisplayName("WAI-7 what a call throws harms neither the release, nor others, nor later calls")
    default void failingCall() {
        LockBackend failsIn = Waiting.opened(backend());
        LockBackend goesOnIn = Waiting.opened(another());
        for (LockBackend releasing : List.of(failsIn, goesOnIn)) {
            Held held = Held.take(releasing, key());
            Waiting failing = Waiting.stand(failsIn, held.key(), () -> {
                throw new IllegalStateException("thrown by a test, from a call of one who waits");
            });
            try (Waiting next = Waiting.stand(goesOnIn, held.key())) {
                released(held, releasing);
                failing.awaitCall("WAI-6 a release calls the one that has waited for longest");
                failing.leave();

                Held nexts = next.takeWhenCalled("WAI-7 the next is called after one whose call failed");

                try (Waiting later = Waiting.stand(failsIn, held.key())) {
                    next.leave();
                    nexts.release(goesOnIn);
                    later.takeWhenCalled("WAI-7 a release calls who waits in a backend in which a call failed");
                }
            }
        }
    }

    private static void released(Held held, LockBackend releasing) {
        try {
            held.release(releasing);
        } catch (IllegalStateException e) {
            throw new AssertionError("WAI-7 a release must not fail by what a call of one who waits throws: " + e, e);
        }
    }

    @Test
    @DisplayName("WAI-3 there is no cause to hold back from a key that nobody waits for")
    default void noHoldBack() {
        LockBackend backend = backend();
        WakeUps wakeUps = Waiting.wakeUps(backend);
        LockKey key = key();

        assertThat(wakeUps.holdBack(key))
                .as("WAI-3 to hold back from a key nobody has used")
                .isZero();
        Held.take(backend, key).release(backend);
        assertThat(wakeUps.holdBack(key))
                .as("WAI-3 to hold back after a release that nobody waited for")
                .isZero();
        assertThat(wakeUps.standAside(key))
                .as("WAI-3 to stand aside after a release that nobody waited for")
                .isZero();
    }

    @Test
    @DisplayName("WAI-3 to hold back in favour of somebody elsewhere is a matter of a second at the most")
    default void holdBack() {
        LockBackend backend = backend();
        WakeUps wakeUps = Waiting.wakeUps(backend);
        Held held = Held.take(backend, key());
        try (Waiting elsewhere = Waiting.stand(Waiting.opened(another()), held.key())) {
            held.release(backend);

            Await.until("WAI-3 to hold back comes to an end", () -> {
                Duration holdBack = wakeUps.holdBack(held.key());
                assertThat(holdBack)
                        .as("WAI-3 to hold back in favour of somebody elsewhere")
                        .isBetween(Duration.ZERO, LONGEST_HOLD_BACK);
                assertThat(wakeUps.standAside(held.key()))
                        .as("WAI-3 to stand aside, beside holding back")
                        .isBetween(Duration.ZERO, holdBack);
                return holdBack.isZero();
            });
            elsewhere.takeWhenCalled("WAI-1 a release calls who waits in another backend");
        }
    }
}
