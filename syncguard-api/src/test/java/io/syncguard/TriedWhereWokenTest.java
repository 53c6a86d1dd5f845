package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The attempt of a waiting thread that whoever wakes it starts, and every way in which that can end. */
@Timeout(180)
class TriedWhereWokenTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofHours(1)).withMaxRetries(Integer.MAX_VALUE);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final ScriptedWakeUps wakeUps = new ScriptedWakeUps();
    private final CompletableFuture<AcquireResult> answer = new CompletableFuture<>();
    private final AtomicReference<HeldLock> taken = new AtomicReference<>();
    private final AtomicReference<LockException> failure = new AtomicReference<>();
    private final List<Thread> triers = new CopyOnWriteArrayList<>();
    private SyncGuard guard;
    private Thread waiter;

    @BeforeEach
    void waitForever() {
        backend.wakeUps = wakeUps;
        wakeUps.triesWhereWoken = true;
        wakeUps.answers = number -> Contended.unknown();
        // So that it does not try by itself again, however long this thread is stalled.
        wakeUps.holdBack = Duration.ofHours(1);
        wakeUps.futures = unused -> answer;
        wakeUps.meanwhile = () -> triers.add(Thread.currentThread());
        guard = SyncGuard.using(backend);
        waiter = new Thread(() ->
                failure.set(catchThrowableOfType(LockException.class, () -> taken.set(guard.acquire("k", PATIENT)))));
        waiter.start();
        Await.until("it has tried by itself", () -> wakeUps.attempts.size() == 1);
        Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
    }

    @AfterEach
    void close() throws InterruptedException {
        guard.close();
        waiter.join(60_000);
        assertThat(waiter.isAlive()).isFalse();
    }

    private void awaitEnd() {
        Await.until("the waiter has ended", () -> !waiter.isAlive());
    }

    @Test
    @DisplayName("WAI-1 the thread that wakes a waiter makes its attempt, and the waiter has what that is answered")
    void wakerTries() {
        wakeUps.wake();

        assertThat(triers).containsExactly(waiter, Thread.currentThread());
        answer.complete(acquired(7));
        awaitEnd();
        assertThat(taken.get().fence().value()).isEqualTo(7);
        assertThat(wakeUps.attempts).hasSize(2);
    }

    @Test
    @DisplayName("WAI-1 who is woken while such an attempt is under way tries once more after it, and not before")
    void wokenMeanwhile() {
        wakeUps.wake();
        wakeUps.wake();
        wakeUps.wake();
        assertThat(wakeUps.attempts).hasSize(2);
        wakeUps.answers = number -> acquired(number);

        answer.complete(Contended.unknown());

        awaitEnd();
        assertThat(taken.get().fence().value()).isEqualTo(3);
        assertThat(triers.get(2)).isSameAs(waiter);
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 an interrupt ends such an attempt, whose lock is given back")
    void interrupted() {
        wakeUps.wake();

        waiter.interrupt();

        awaitEnd();
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(answer).isCancelled();
        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 an interrupt while such an attempt is being sent ends it, and its lock is given back")
    void interruptedWhileSending() {
        wakeUps.meanwhile = () -> {
            waiter.interrupt();
            awaitEnd();
        };

        wakeUps.wake();

        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(failure.get().isOutcomeUnknown())
                .as("it may be sent after the waiter has looked")
                .isTrue();
        assertThat(answer).isCancelled();
        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName("ACQ-4 such an attempt of unknown outcome fails at once and is abandoned")
    void unknown() {
        wakeUps.wake();

        answer.completeExceptionally(LockException.outcomeUnknown(
                LockErrorCode.NETWORK_TIMEOUT, LockOperation.ACQUIRE, null, "scripted", null));

        awaitEnd();
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName("ACQ-4 a backend that throws instead of failing the future fails the acquire, not the one who woke it")
    void thrown() {
        wakeUps.futures = unused -> {
            throw new IllegalStateException("scripted");
        };

        wakeUps.wake();

        awaitEnd();
        assertThat(failure.get()).hasRootCauseMessage("scripted");
    }

    @Test
    @DisplayName("OPT-3, ACQ-4 closing the guard waits for such an attempt, and what it is granted is given back")
    void closedMeanwhile() {
        wakeUps.wake();
        Thread closer = new Thread(guard::close);
        Duration longestStall;
        try (StallMeter stalls = StallMeter.start()) {
            closer.start();
            Await.until("closing has begun", () -> closer.getState() == Thread.State.TIMED_WAITING);

            answer.complete(acquired(7));

            awaitEnd();
            longestStall = stalls.worst();
        }
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
        Await.until("the guard is closed", () -> !closer.isAlive());
        if (longestStall.compareTo(Duration.ofMillis(500)) < 0) {
            // Closing waits for a second.
            assertThat(backend.calls.get(backend.calls.size() - 1).operation()).isEqualTo("close");
        }
    }
}
