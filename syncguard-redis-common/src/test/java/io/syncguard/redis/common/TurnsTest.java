package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of turns, whichever way those that wait come and go. */
@Timeout(180)
class TurnsTest {
    private static final Acquired ACQUIRED = new Acquired(new FenceToken(1), Instant.EPOCH);

    private final Turns turns = new Turns("process");
    private final List<String> passedOn = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    TurnsTest() {
        turns.onUnwanted(passedOn::add);
    }

    private Waiter entered() {
        Waiter waiter = new Waiter(calls::incrementAndGet, () -> "fingerprint");
        turns.enter("key", waiter);
        return waiter;
    }

    @Test
    @DisplayName("WAI-4 a turn that nobody waits for is passed on")
    void nobody() {
        turns.ourTurn("key");

        assertThat(passedOn).containsExactly("key");
    }

    @Test
    @DisplayName("WAI-3 who is told is neither to hold back nor to stand aside any more")
    void toldMeanwhile() {
        Waiter unused = entered();
        for (int i = 0; i < 100; i++) {
            turns.wokenElsewhere("key", "1", true);
            turns.ourTurn("key");

            assertThat(turns.holdBack(() -> "key")).isZero();
            assertThat(turns.standAside(() -> "key")).isZero();
        }
    }

    @Test
    @DisplayName("WAI-3 who has released in favour of one of several stands aside no more for an earlier one")
    void standsAsideForTheLastOnly() {
        for (int i = 0; i < 100; i++) {
            turns.wokenElsewhere("key", "1", true);
            turns.wokenElsewhere("key", "2", false);

            assertThat(turns.standAside(() -> "key")).isZero();
            assertThat(turns.counter("key")).isEqualTo("2");
        }
    }

    @Test
    @DisplayName("WAI-7 a turn is passed on once by who leaves without an answer to an attempt since")
    void unused() {
        Waiter waiter = entered();
        long before = waiter.calls();
        turns.ourTurn("key");
        // Of an attempt that was made before the call.
        waiter.answered(Contended.unknown(), before);

        turns.leave("key", waiter);
        turns.leave("key", waiter);

        assertThat(calls).hasValue(1);
        assertThat(passedOn).containsExactly("key");
    }

    @Test
    @DisplayName("WAI-7 a turn that was tried with, or came when the lock was taken, is not passed on")
    void used() {
        Waiter tried = entered();
        turns.ourTurn("key");
        tried.answered(Contended.unknown(), tried.calls());
        turns.leave("key", tried);

        Waiter served = entered();
        turns.ourTurn("key");
        served.answered(ACQUIRED, 0);
        turns.leave("key", served);

        Waiter never = entered();
        turns.leave("key", never);

        assertThat(passedOn).isEmpty();
    }

    @Test
    @DisplayName("WAI-7 who leaves at the very moment of his turn passes it on, once")
    void leavesMeanwhile() throws InterruptedException, BrokenBarrierException {
        int rounds = 5_000;
        AtomicInteger passed = new AtomicInteger();
        turns.onUnwanted(stored -> passed.incrementAndGet());
        Waiter[] waiters = new Waiter[rounds];
        for (int i = 0; i < rounds; i++) {
            waiters[i] = new Waiter(() -> {}, () -> "fingerprint");
            turns.enter("key" + i, waiters[i]);
        }
        CyclicBarrier together = new CyclicBarrier(2);
        Thread leaver = new Thread(() -> {
            for (int i = 0; i < rounds; i++) {
                meet(together);
                turns.leave("key" + i, waiters[i]);
            }
        });
        leaver.start();

        for (int i = 0; i < rounds; i++) {
            together.await();
            turns.ourTurn("key" + i);
        }
        leaver.join();

        assertThat(passed).hasValue(rounds);
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fail() {
        throw new IllegalStateException("thrown by a test");
    }

    @Test
    @DisplayName("WAI-7 what a call throws keeps nobody else from being called")
    void failingCall() {
        for (int i = 0; i < 20; i++) {
            turns.enter("failing" + i, new Waiter(TurnsTest::fail, () -> "fingerprint"));
        }
        entered();

        turns.everybodysTurn();
        turns.ourTurn("failing0");

        assertThat(calls).hasValue(1);
    }
}
