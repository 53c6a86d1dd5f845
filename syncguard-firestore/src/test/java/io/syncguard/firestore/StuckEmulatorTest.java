package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Firestore that takes requests and answers nobody: what bounds a call, and who ends it. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class StuckEmulatorTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final int MANY = 200;

    private final FaultProxy proxy =
            new FaultProxy(Integer.parseInt(FirestoreEmulator.address().replaceFirst(".*:", "")));
    private final String collection = "locks-" + UUID.randomUUID();

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    /** The first requests of a JVM load classes for longer than a short timeout. */
    @BeforeEach
    void loadClasses() {
        try (SyncGuard guard = open(60_000)) {
            guard.run("warm-up", () -> {});
        }
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private SyncGuard open(long timeoutMillis) {
        return open(timeoutMillis, 60_000);
    }

    private SyncGuard open(long timeoutMillis, long connectTimeoutMillis) {
        return SyncGuard.using(FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + Emulated.PROJECT + "?collection=" + collection
                        + "&operationTimeoutMillis=" + timeoutMillis + "&connectTimeoutMillis="
                        + connectTimeoutMillis),
                proxy.uri().replaceFirst("redis://", "")));
    }

    private SyncGuard warm(long timeoutMillis) {
        SyncGuard guard = open(timeoutMillis);
        awaitThat(() -> {
            try {
                return !guard.isLocked("warm-up");
            } catch (LockException e) {
                return false;
            }
        });
        return guard;
    }

    @Test
    @DisplayName("OPT-2, ACQ-4 no answer is NETWORK_TIMEOUT within the operation timeout, and nothing stays held")
    void timesOut() {
        try (SyncGuard guard = warm(600)) {
            proxy.swallowReplies(true);
            try (StallMeter stalls = StallMeter.start()) {
                LockException e = failureOf(
                        () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

                assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(3));
                assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            }
        }
    }

    @Test
    @DisplayName(
            "OPT-2, FST-8 a first answer that does not come ends the call after the connect timeout, which the message names")
    void timesOutWhileConnecting() {
        try (SyncGuard guard = open(60_000, 600)) {
            proxy.swallowReplies(true);
            try (StallMeter stalls = StallMeter.start()) {
                LockException e = failureOf(
                        () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

                assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(3));
                assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(e).hasMessageContaining("connectTimeoutMillis");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "OPT-2, FST-8 the first answer may take longer than an operation; the operation timeout counts from then")
    void slowFirstAnswer(boolean async) {
        try (SyncGuard guard = open(3_000, 120_000)) {
            proxy.holdRequests("");
            Thread end = new Thread(() -> {
                Pause.of(Duration.ofSeconds(6));
                proxy.deliverRequests();
            });
            end.setDaemon(true);
            end.start();

            if (async) {
                assertThat(guard.async().tryAcquire("job").join()).isPresent();
            } else {
                assertThat(guard.tryAcquire("job")).isPresent();
            }
        }
    }

    @Test
    @DisplayName(
            "OPT-2, FST-8 nobody waits for the first answer of a Firestore that is away longer than for another one")
    void refused() {
        proxy.close();
        try (SyncGuard guard = open(600, 120_000);
                StallMeter stalls = StallMeter.start()) {
            assertThat(failureOf(guard::ping).code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(40));
        }
    }

    @Test
    @DisplayName("OPT-1, OPT-3 an interrupt, and the close of the backend, end a call that waits for the first answer")
    void givenUpWhileConnecting() throws InterruptedException {
        SyncGuard guard = open(120_000, 120_000);
        proxy.swallowReplies(true);
        Caller caller = new Caller(guard::ping);
        CompletableFuture<Duration> future = guard.async().ping();

        caller.thread.interrupt();
        caller.awaitEnd();
        guard.close();

        assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(future).isDone();
        assertThat(codeOf(future)).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 an interrupt ends a call that waits for Firestore and keeps the flag")
    void interruptedWhileWaiting() throws InterruptedException {
        try (SyncGuard guard = warm(60_000)) {
            proxy.swallowReplies(true);
            Caller caller = new Caller(
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));

            caller.thread.interrupt();

            caller.awaitEnd();
            assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(caller.flag).as("interrupt flag").isTrue();
        }
    }

    @Test
    @DisplayName("OPT-3 closing ends calls in flight with ABORTED and leaves no thread")
    void closeEndsCallsInFlight() throws InterruptedException {
        long before = clientThreads();
        SyncGuard guard = warm(60_000);
        proxy.swallowReplies(true);
        Caller caller = new Caller(() -> guard.isLocked("job"));
        try (StallMeter stalls = StallMeter.start()) {
            guard.close();

            assertThat(stalls.elapsed())
                    .as("closing waits for requests that nobody waits for")
                    .isLessThan(Duration.ofSeconds(10));
        }
        caller.awaitEnd();
        assertThat(caller.failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(failureOf(() -> guard.isLocked("job")).code()).isEqualTo(LockErrorCode.ABORTED);
        awaitThat(() -> clientThreads() <= before);
        awaitThat(() -> proxy.connections() == 0);
    }

    private static long clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("Gax-") || thread.getName().startsWith("syncguard-"))
                .count();
    }

    @Test
    @DisplayName("OPT-2 futures end within the operation timeout, however many there are")
    void futuresTimeOut() {
        try (SyncGuard guard = warm(600)) {
            proxy.swallowReplies(true);
            List<CompletableFuture<Optional<AsyncHeldLock>>> futures = IntStream.range(0, MANY)
                    .mapToObj(i -> guard.async()
                            .tryAcquire("job-" + i, LockOptions.defaults().withTtl(TTL)))
                    .toList();
            try (StallMeter stalls = StallMeter.start()) {
                for (CompletableFuture<Optional<AsyncHeldLock>> future : futures) {
                    assertThat(codeOf(future)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                }

                assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(3));
            }
        }
    }

    @Test
    @DisplayName("OPT-1 cancelling a future that waits for Firestore ends it at once")
    void cancelledWhileWaiting() {
        try (SyncGuard guard = warm(60_000)) {
            proxy.swallowReplies(true);
            CompletableFuture<Optional<AsyncHeldLock>> sent =
                    guard.async().tryAcquire("job", LockOptions.defaults().withTtl(TTL));
            Pause.millis(50);

            assertThat(sent.cancel(true)).isTrue();

            assertThat(codeOf(sent)).isEqualTo(LockErrorCode.ABORTED);
        }
    }

    @Test
    @DisplayName("OPT-3 closing ends futures that wait for Firestore with ABORTED")
    void closeEndsFutures() {
        SyncGuard guard = warm(60_000);
        proxy.swallowReplies(true);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            futures.add(guard.async().isLocked("job-" + i));
            futures.add(guard.async().acquire("job-" + i));
        }

        guard.close();

        for (CompletableFuture<?> future : futures) {
            assertThat(future).isDone();
            assertThat(codeOf(future)).isEqualTo(LockErrorCode.ABORTED);
        }
        assertThat(codeOf(guard.async().isLocked("job"))).isEqualTo(LockErrorCode.ABORTED);
    }

    private static LockErrorCode codeOf(CompletableFuture<?> future) {
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        return LockException.within(failure).orElseThrow().code();
    }

    private static LockException failureOf(ThrowingCallable call) {
        LockException e = catchThrowableOfType(LockException.class, call);
        assertThat(e).as("a LockException").isNotNull();
        return e;
    }

    private static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("60 seconds").isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** A thread in a call that waits for Firestore, and what became of it. */
    private static final class Caller {
        private final AtomicReference<LockException> failure = new AtomicReference<>();
        private final AtomicBoolean flag = new AtomicBoolean();
        private final Thread thread;

        Caller(ThrowingCallable call) {
            thread = new Thread(() -> {
                failure.set(catchThrowableOfType(LockException.class, call));
                flag.set(Thread.currentThread().isInterrupted());
            });
            thread.setDaemon(true);
            thread.start();
            awaitThat(() -> thread.getState() == Thread.State.WAITING);
        }

        void awaitEnd() throws InterruptedException {
            thread.join(30_000);
            assertThat(thread.isAlive()).as("the call goes on").isFalse();
        }
    }
}
