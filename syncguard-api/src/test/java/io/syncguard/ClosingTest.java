package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.internal.observe.FenceExhaustionWarner;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing a guard while acquires are under way. */
@Timeout(180)
@ExtendWith(SilentLog.class)
class ClosingTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(1)).withMaxRetries(1_000);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final AtomicReference<LockException> failure = new AtomicReference<>();

    @AfterEach
    void close() {
        guard.close();
    }

    private Thread acquiring() {
        Thread thread = new Thread(
                () -> failure.set(catchThrowableOfType(LockException.class, () -> guard.acquire("k", PATIENT))));
        thread.start();
        return thread;
    }

    /** Closing waits for an attempt under way for a second, and then for nothing else that these tests leave. */
    private static final Duration WITHOUT_WAITING = Duration.ofMillis(900);

    private static final Duration LONGEST_STALL = Duration.ofMillis(500);

    private void closedWithin(Duration limit) {
        try (StallMeter stalls = StallMeter.start()) {
            guard.close();
            assertThat(stalls.elapsed()).as("time to close").isLessThan(limit);
        }
    }

    @Test
    @DisplayName("OPT-3 threads and futures that wait for a lock end at once with ABORTED")
    void waiters() throws InterruptedException {
        backend.otherwise = () -> Contended.until(Instant.EPOCH, Duration.ofHours(1));
        Thread thread = acquiring();
        List<CompletableFuture<AsyncHeldLock>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            futures.add(guard.async().acquire("k", PATIENT));
        }
        Await.until("the thread waits", () -> thread.getState() == Thread.State.TIMED_WAITING);

        closedWithin(WITHOUT_WAITING);

        thread.join(60_000);
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        for (CompletableFuture<AsyncHeldLock> future : futures) {
            LockException e = catchThrowableOfType(LockException.class, () -> Way.joined(future));
            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        }
        assertThat(backend.count("abandon")).as("nothing was got").isZero();
    }

    @Test
    @DisplayName("OPT-3, ACQ-4 what a blocked attempt is granted while the guard is closed is given back first")
    void grantedDuringClose() throws InterruptedException {
        CountDownLatch reply = new CountDownLatch(1);
        Thread thread = inAnAttemptUntil(reply);
        Thread closing = new Thread(guard::close);
        Duration longestStall;
        try (StallMeter stalls = StallMeter.start()) {
            closing.start();
            Await.until("the guard waits for it", () -> waitsForAttempts(closing));

            reply.countDown();

            thread.join();
            closing.join();
            longestStall = stalls.worst();
        }
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        List<String> operations =
                backend.calls.stream().map(ScriptedBackend.Call::operation).toList();
        if (longestStall.compareTo(LONGEST_STALL) < 0) {
            assertThat(operations).containsExactly("acquire", "abandon", "close");
        } else {
            assertThat(operations).startsWith("acquire").containsOnlyOnce("abandon", "close");
        }
    }

    /** Returns a thread that is in the backend with an attempt, which will be granted then. */
    private Thread inAnAttemptUntil(CountDownLatch reply) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        backend.acquires.add(() -> {
            asked.countDown();
            awaitQuietly(reply);
            return acquired(1);
        });
        Thread thread = acquiring();
        asked.await();
        return thread;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName(
            "OPT-3, ACQ-4 an asynchronous attempt under way ends at once and is abandoned before the backend is closed")
    void asyncAttempt() {
        PendingCall<AcquireResult> attempt = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(attempt);
        CompletableFuture<AsyncHeldLock> acquiring = guard.async().acquire("k");

        closedWithin(WITHOUT_WAITING);

        assertThat(attempt).isCancelled();
        assertThat(catchThrowableOfType(LockException.class, () -> Way.joined(acquiring))
                        .code())
                .isEqualTo(LockErrorCode.ABORTED);
        List<String> operations =
                backend.calls.stream().map(ScriptedBackend.Call::operation).toList();
        assertThat(operations).containsExactly("acquire", "abandon", "close");
    }

    /** By where it is: on a busy machine a thread that waits briefly, over and over, is hardly ever seen waiting. */
    private static boolean waitsForAttempts(Thread closing) {
        return Arrays.stream(closing.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("awaitAttempts"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("OPT-3, ACQ-4 a grant that is being registered while the guard is closed leaves no lock behind")
    void grantedJustBeforeClose(Way way) throws InterruptedException {
        // Each key is warned of once per JVM.
        String key = "granted just before close " + LockId.random().value();
        backend.acquires.add(() -> acquired(FenceToken.WARN_VALUE + 1));
        CountDownLatch warning = new CountDownLatch(1);
        CountDownLatch warned = new CountDownLatch(1);
        // The warning comes between the answer and the registration: this thread loses the processor there.
        Handler stall = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                warning.countDown();
                awaitQuietly(warned);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(FenceExhaustionWarner.class.getName());
        Thread acquiring = new Thread(
                () -> failure.set(catchThrowableOfType(LockException.class, () -> way.acquire(guard, key, PATIENT))));
        Thread closing = new Thread(guard::close);
        logger.addHandler(stall);
        Duration longestStall;
        try (StallMeter stalls = StallMeter.start()) {
            acquiring.start();
            warning.await();
            closing.start();
            Await.until("the guard waits for it", () -> waitsForAttempts(closing));
            warned.countDown();
            acquiring.join();
            closing.join();
            longestStall = stalls.worst();
        } finally {
            warned.countDown();
            logger.removeHandler(stall);
        }

        assertThat(failure.get() == null || failure.get().code() == LockErrorCode.ABORTED)
                .isTrue();
        List<String> operations =
                backend.calls.stream().map(ScriptedBackend.Call::operation).toList();
        assertThat(operations).hasSize(3).startsWith("acquire").containsAnyOf("release", "abandon");
        if (longestStall.compareTo(LONGEST_STALL) < 0) {
            assertThat(operations).endsWith("close");
            assertThat(backend.calls.get(1).id()).isEqualTo(backend.calls.get(0).id());
        }
    }

    @Test
    @DisplayName("OPT-3 an attempt that does not end holds closing up for no longer than a second or so")
    void stuckAttempt() throws InterruptedException {
        CountDownLatch reply = new CountDownLatch(1);
        Thread thread = inAnAttemptUntil(reply);

        closedWithin(Duration.ofMillis(2_500));

        reply.countDown();
        thread.join();
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("OPT-3 a closed guard refuses to take locks, both ways, and asks the backend for nothing")
    void refuses() {
        guard.close();

        for (Way way : Way.values()) {
            LockException e =
                    catchThrowableOfType(LockException.class, () -> way.acquire(guard, "k", LockOptions.defaults()));
            assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(e).hasMessageContaining("closed");
        }
        assertThat(backend.count("acquire")).isZero();
    }
}
