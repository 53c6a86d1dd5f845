package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How those in line wait on a backend that wakes them. */
@ParameterizedClass
@MethodSource("ways")
@Timeout(180)
class WaitingToBeWokenTest {
    /** Pauses add up to five times this. */
    private static final Duration QUICK = Duration.ofSeconds(4);

    private static final int TIMES = 40;
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofHours(1)).withMaxRetries(Integer.MAX_VALUE);

    @Parameter(0)
    Way way;

    /** Whether whoever wakes a waiter makes its attempt. */
    @Parameter(1)
    boolean triesWhereWoken;

    static Stream<Arguments> ways() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(arguments(way, false), arguments(way, true)));
    }

    private final ScriptedBackend backend = new ScriptedBackend();
    private final ScriptedWakeUps wakeUps = new ScriptedWakeUps();
    private SyncGuard guard;
    private final List<Thread> threads = new ArrayList<>();

    @BeforeEach
    void open() {
        guard = guardOf(backend, wakeUps);
    }

    private SyncGuard guardOf(ScriptedBackend backend, ScriptedWakeUps wakeUps) {
        wakeUps.triesWhereWoken = triesWhereWoken;
        backend.wakeUps = wakeUps;
        backend.otherwise = Contended::unknown;
        return SyncGuard.using(backend);
    }

    @AfterEach
    void close() throws InterruptedException {
        guard.close();
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).as("a waiter that was left behind").isFalse();
        }
    }

    /** Waits for the lock on a thread, through either view. */
    private FutureTask<LockHandle> start(SyncGuard in, LockOptions options) {
        FutureTask<LockHandle> waiter = new FutureTask<>(() -> way.acquire(in, "k", options));
        Thread thread = new Thread(waiter);
        threads.add(thread);
        thread.start();
        return waiter;
    }

    private void awaitAttempts(int number) {
        awaitAttempts(wakeUps, number);
    }

    private static void awaitAttempts(ScriptedWakeUps wakeUps, int number) {
        Await.until("there are " + number + " attempts in line", () -> wakeUps.attempts.size() >= number);
    }

    private List<Long> gapsMillis() {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < wakeUps.attempts.size(); i++) {
            gaps.add(TimeUnit.NANOSECONDS.toMillis(wakeUps.attempts.get(i).nanos()
                    - wakeUps.attempts.get(i - 1).nanos()));
        }
        return gaps;
    }

    @Test
    @DisplayName("WAI-1 each wake-up is followed by an attempt at once, of the first in line, and counts as no retry")
    void wokenManyTimes() {
        // Fewer retries than wake-ups, and some for when this thread is stalled and the waiter tries by itself.
        start(guard, PATIENT.withMaxRetries(TIMES - 10));
        awaitAttempts(1);
        start(guard, PATIENT);
        Thread second = threads.get(1);
        Await.until(
                "the second is in line",
                () -> second.getState() == Thread.State.WAITING || second.getState() == Thread.State.TIMED_WAITING);

        try (StallMeter stalls = StallMeter.start()) {
            for (int i = 0; i < TIMES; i++) {
                int before = wakeUps.attempts.size();
                wakeUps.wake();
                awaitAttempts(before + 1);
            }

            assertThat(stalls.elapsed()).isLessThan(QUICK);
        }
        assertThat(wakeUps.attempts)
                .as("WAI-2 only the first in line asks the server, and once for each wake-up")
                .hasSizeLessThan(2 * TIMES)
                .allMatch(attempt -> attempt.id().equals(wakeUps.attempts.get(0).id()));
    }

    @Test
    @DisplayName("WAI-1 a wake-up that comes while an attempt is under way is not lost")
    void wokenMeanwhile() {
        wakeUps.meanwhile = wakeUps::wake;
        wakeUps.answers = number -> number < TIMES ? Contended.unknown() : acquired(7);

        try (StallMeter stalls = StallMeter.start()) {
            LockHandle lock = way.acquire(guard, "k", PATIENT.withMaxRetries(5));

            assertThat(lock.fence().value()).isEqualTo(7);
            assertThat(stalls.elapsed()).isLessThan(QUICK);
        }
    }

    @Test
    @DisplayName("WAI-1 the first in line tries by itself when the holder's lock ends")
    void holdersEnd() {
        wakeUps.answers = number -> number < TIMES ? Contended.until(Instant.EPOCH, Duration.ofMillis(3)) : acquired(7);

        try (StallMeter stalls = StallMeter.start()) {
            assertThat(way.acquire(guard, "k", PATIENT)).isNotNull();

            assertThat(stalls.elapsed()).isLessThan(QUICK);
        }
    }

    @Test
    @DisplayName("WAI-1 who is not woken tries by himself after pauses that double, and maxRetries ends that")
    void notWoken() {
        LockException e =
                catchThrowableOfType(LockException.class, () -> way.acquire(guard, "k", PATIENT.withMaxRetries(5)));

        assertThat(e.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(e).hasMessageContaining("maxRetries");
        assertThat(backend.count("acquire"))
                .as("attempts before it stood in line")
                .isEqualTo(1);
        assertThat(wakeUps.attempts).hasSize(5);
        assertThat(gapsMillis().get(0)).isGreaterThanOrEqualTo(49);
        assertThat(gapsMillis().get(1)).isGreaterThanOrEqualTo(99);
        assertThat(gapsMillis().get(2)).isGreaterThanOrEqualTo(199);
        assertThat(gapsMillis().get(3)).isGreaterThanOrEqualTo(399);
        Await.until("it has left its place", () -> wakeUps.closed.size() == 1);
    }

    @Test
    @DisplayName("WAI-1 wake-ups do not make the pauses longer")
    void pausesAfterWakeUps() {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 20 && shortest > 450; i++) {
            shortest = Math.min(shortest, millisOfPauseAfterWakeUps());
        }

        // The first pause is a tenth of a second at the most; one after as many retries is half a second at the least.
        assertThat(shortest).as("ms of the pause after many wake-ups").isLessThanOrEqualTo(450);
    }

    private long millisOfPauseAfterWakeUps() {
        ScriptedWakeUps fresh = new ScriptedWakeUps();
        fresh.answers = number -> number < TIMES + 2 ? Contended.unknown() : acquired(7);
        try (SyncGuard waking = guardOf(new ScriptedBackend(), fresh)) {
            FutureTask<LockHandle> waiter = start(waking, PATIENT);
            for (int i = 1; i <= TIMES; i++) {
                awaitAttempts(fresh, i);
                fresh.wake();
            }
            awaitAttempts(fresh, TIMES + 1);
            try (StallMeter stalls = StallMeter.start()) {
                Await.until("it has tried by itself", waiter::isDone);
                return stalls.elapsed().toMillis();
            }
        }
    }

    @Test
    @DisplayName("WAI-2 who comes when others wait asks nothing before it is his turn, and gives up in time")
    void secondInLine() {
        start(guard, PATIENT);
        awaitAttempts(1);
        LockId first = wakeUps.attempts.get(0).id();
        try (StallMeter stalls = StallMeter.start()) {
            long startNanos = System.nanoTime();
            LockException e = catchThrowableOfType(
                    LockException.class, () -> way.acquire(guard, "k", PATIENT.withTimeout(Duration.ofMillis(200))));

            assertThat(e.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(wakeUps.attempts).allMatch(attempt -> attempt.id().equals(first));
        assertThat(backend.count("acquire")).as("attempts out of line").isEqualTo(1);
        assertThat(wakeUps.wakes).as("places taken").hasSize(1);
    }

    @Test
    @DisplayName("WAI-3 who comes anew while the guard holds back stands in line at once, and that is no retry")
    void holdsBack() {
        wakeUps.answers = number -> number == 1 ? Contended.unknown() : acquired(number);
        wakeUps.holdBack = Duration.ofMillis(200);

        way.acquire(guard, "k", PATIENT.withMaxRetries(1));

        assertThat(backend.calls).as("attempts out of line").isEmpty();
        assertThat(wakeUps.attempts).hasSize(2);
        assertThat(Duration.ofNanos(wakeUps.attempts.get(1).nanos()
                        - wakeUps.attempts.get(0).nanos()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    @DisplayName("WAI-3 who stands aside does not ask before that is over, once, and it is no retry")
    void standsAside() {
        wakeUps.answers = ScriptedBackend::acquired;
        wakeUps.holdBack = Duration.ofMillis(400);
        wakeUps.standAside = Duration.ofMillis(200);
        long startNanos = System.nanoTime();

        way.acquire(guard, "k", PATIENT.withMaxRetries(1));

        assertThat(backend.calls).as("attempts out of line").isEmpty();
        assertThat(wakeUps.attempts).hasSize(1);
        assertThat(Duration.ofNanos(wakeUps.attempts.get(0).nanos() - startNanos))
                .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    @DisplayName("WAI-3 who stands aside tries at once when he is woken, and at the latest when his time is over")
    void standsAsideUntil() {
        wakeUps.answers = ScriptedBackend::acquired;
        wakeUps.holdBack = Duration.ofHours(1);
        wakeUps.standAside = Duration.ofHours(1);
        FutureTask<LockHandle> woken = start(guard, PATIENT);
        Await.until("a wake-up ends it", () -> {
            wakeUps.wake();
            return woken.isDone();
        });

        assertThat(attemptsOf(PATIENT.withTimeout(Duration.ofMillis(100)))).isLessThanOrEqualTo(1);
    }

    @Test
    @DisplayName(
            "WAI-3, WAI-6 a backend is asked under no monitor of ours: a call from another thread is not kept waiting")
    void askedUnderNoMonitor() {
        wakeUps.answers = ScriptedBackend::acquired;
        wakeUps.holdBack = Duration.ofMillis(20);
        wakeUps.standAside = Duration.ofMillis(10);
        AtomicBoolean kept = new AtomicBoolean();
        wakeUps.whenAsked.set(() -> {
            Thread waker = new Thread(wakeUps::wake);
            waker.start();
            try {
                waker.join(20_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            kept.set(waker.isAlive());
        });

        way.acquire(guard, "k", PATIENT);

        assertThat(kept).as("the call is kept waiting").isFalse();
    }

    private int attemptsOf(LockOptions options) {
        wakeUps.attempts.clear();
        wakeUps.answers = number -> Contended.unknown();
        LockException e = catchThrowableOfType(LockException.class, () -> way.acquire(guard, "other", options));
        assertThat(e.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        return wakeUps.attempts.size();
    }

    @Test
    @DisplayName("WAI-3 a wake-up ends holding back")
    void holdsBackUntilWoken() {
        wakeUps.answers = number -> number == 1 ? Contended.unknown() : acquired(number);
        wakeUps.holdBack = Duration.ofHours(1);
        FutureTask<LockHandle> waiter = start(guard, PATIENT);
        Await.until("it has tried", () -> wakeUps.attempts.size() == 1);

        Await.until("a wake-up ends it", () -> {
            wakeUps.wake();
            return waiter.isDone();
        });
    }

    @Test
    @DisplayName("WAI-2, OPT-3 closing the guard ends the longest of pauses at once")
    void closing() {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 20 && shortest > 300; i++) {
            shortest = Math.min(shortest, millisToAbort());
        }

        // Its pause lasts for an hour.
        assertThat(shortest).as("ms from the close to the waiter's end").isLessThanOrEqualTo(300);
    }

    private long millisToAbort() {
        ScriptedWakeUps fresh = new ScriptedWakeUps();
        fresh.holdBack = Duration.ofHours(1);
        SyncGuard closing = guardOf(new ScriptedBackend(), fresh);
        FutureTask<LockHandle> waiter = start(closing, PATIENT);
        Thread thread = threads.get(threads.size() - 1);
        Await.until("it has tried", () -> fresh.attempts.size() == 1);
        Await.until(
                "it waits",
                () -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        try (StallMeter stalls = StallMeter.start()) {
            // In the async view the close itself ends it; a thread has to be woken.
            closing.close();
            Await.until("it has ended", waiter::isDone);
            return stalls.elapsed().toMillis();
        }
    }
}
