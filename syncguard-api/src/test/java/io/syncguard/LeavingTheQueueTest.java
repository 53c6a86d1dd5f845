package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A waiter leaves its queue before its future completes, so that nothing that depends on the future holds the next one up. */
@Timeout(180)
class LeavingTheQueueTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(10)).withMaxRetries(Integer.MAX_VALUE);
    private static final LockOptions IMPATIENT = PATIENT.withTimeout(Duration.ofMillis(300));

    private final ScriptedBackend backend = new ScriptedBackend();
    private final StubbedWakeUps wakeUps = new StubbedWakeUps();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** What the executor of a guard was given, if it does nothing with it. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    private SyncGuard guard;

    @BeforeEach
    void everybodyWaits() {
        backend.otherwise = Contended::unknown;
        backend.wakeUps = wakeUps;
    }

    @AfterEach
    void close() throws InterruptedException {
        end.countDown();
        guard.close();
        tasks.forEach(Runnable::run);
        for (Thread thread : threads) {
            thread.join(10_000);
            assertThat(thread.isAlive()).as("a thread that was left behind").isFalse();
        }
    }

    private void start(Runnable work) {
        Thread thread = new Thread(work);
        threads.add(thread);
        thread.start();
    }

    private void block() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private enum End {
        OUT_OF_TIME(IMPATIENT, future -> {}),
        ATTEMPT_FAILED(PATIENT, future -> {}),
        CANCELLED(PATIENT, future -> future.cancel(true)),
        TIMED_OUT(PATIENT, future -> future.orTimeout(1, TimeUnit.MILLISECONDS)),
        COMPLETED(PATIENT, future -> future.complete(null)),
        FAILED(PATIENT, future -> future.completeExceptionally(new IllegalStateException("of the test"))),
        COMPLETED_LATER(PATIENT, future -> future.completeAsync(() -> null, Runnable::run)),
        FAILED_LATER(
                PATIENT,
                future -> future.completeAsync(
                        () -> {
                            throw new IllegalStateException("of the test");
                        },
                        Runnable::run)),
        OBTRUDED(PATIENT, future -> future.obtrudeValue(null)),
        OBTRUDED_FAILURE(PATIENT, future -> future.obtrudeException(new IllegalStateException("of the test")));

        private final LockOptions options;
        private final Consumer<CompletableFuture<AsyncHeldLock>> fromOutside;

        End(LockOptions options, Consumer<CompletableFuture<AsyncHeldLock>> fromOutside) {
            this.options = options;
            this.fromOutside = fromOutside;
        }
    }

    /** Lets the attempt that is made next fail. */
    private void failAnAttempt() {
        AtomicBoolean fails = new AtomicBoolean(true);
        wakeUps.answers = () -> {
            if (fails.getAndSet(false)) {
                throw LockException.failed(
                        LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.ACQUIRE, null, "scripted", null);
            }
            return wakeUps.granted();
        };
    }

    @ParameterizedTest
    @EnumSource(End.class)
    @DisplayName("WAI-2 a stage that blocks on the end of a waiter does not keep the next waiter from a free lock")
    void blockingStage(End ending) {
        guard = SyncGuard.using(backend);
        CountDownLatch blocked = new CountDownLatch(1);
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", ending.options);
        CompletableFuture<?> stage = first.whenComplete((lock, failure) -> {
            blocked.countDown();
            block();
        });
        CompletableFuture<AsyncHeldLock> next = guard.async().acquire("k", PATIENT);
        AtomicReference<HeldLock> last = new AtomicReference<>();
        start(() -> last.set(guard.acquire("k", PATIENT)));

        if (ending == End.ATTEMPT_FAILED) {
            failAnAttempt();
        }
        start(() -> ending.fromOutside.accept(first));
        Await.until("the stage blocks", () -> blocked.getCount() == 0);
        wakeUps.grants.set(2);

        Await.until("the next waiter has the lock", next::isDone);
        assertThat(next).isCompleted();
        Await.until("the one behind it has it too", () -> last.get() != null);
        assertThat(stage).isNotDone();
        Await.until("the place is closed", () -> wakeUps.closed.get() == wakeUps.entered.get());
    }

    @ParameterizedTest
    @EnumSource(
            value = End.class,
            names = {"OUT_OF_TIME", "ATTEMPT_FAILED"})
    @DisplayName(
            "WAI-2 an executor that does not run the end of a waiter does not keep the next waiter from a free lock")
    void heldUpExecutor(End ending) {
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(tasks::add));
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", ending.options);
        AtomicReference<HeldLock> next = new AtomicReference<>();
        start(() -> next.set(guard.acquire("k", PATIENT)));

        if (ending == End.ATTEMPT_FAILED) {
            failAnAttempt();
        }
        Await.until("the end is handed over", () -> !tasks.isEmpty());
        wakeUps.grants.set(1);

        Await.until("the next waiter has the lock", () -> next.get() != null);
        assertThat(first).isNotDone();
        tasks.remove().run();
        assertThat(first).isCompletedExceptionally();
    }

    @Test
    @DisplayName(
            "WAI-2, OPT-1 a lock that was granted to a waiter which is cancelled before it learns of that is freed")
    void cancelledBeforeItLearns() {
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(tasks::add));
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", PATIENT);
        AtomicReference<HeldLock> next = new AtomicReference<>();
        wakeUps.grants.set(1);
        Await.until("the grant is handed over", () -> !tasks.isEmpty());
        start(() -> next.set(guard.acquire("k", PATIENT)));

        first.cancel(true);
        tasks.remove().run();

        assertThat(first).isCancelled();
        Await.until("it is freed", () -> backend.count("abandon") == 1);
        wakeUps.grants.set(1);
        Await.until("the next waiter has the lock", () -> next.get() != null);
    }

    @Test
    @DisplayName("WAI-2 a stage of a failed acquire may acquire the lock in the blocking way")
    void blockingRetry() {
        guard = SyncGuard.using(backend);
        AtomicReference<HeldLock> retried = new AtomicReference<>();
        CompletableFuture<?> stage = guard.async()
                .acquire("k", IMPATIENT)
                .thenAccept(unexpected -> {})
                .exceptionally(failure -> {
                    wakeUps.grants.set(1);
                    retried.set(guard.acquire("k", PATIENT));
                    return null;
                });

        Await.until("it has the lock", stage::isDone);

        assertThat(stage).isCompleted();
        assertThat(retried.get().isHeld()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("WAI-2 twenty thousand waiters whose attempts fail at once all end, on stacks of usual depth")
    void manyThatFailAtOnce(boolean thrown) throws Exception {
        int count = 20_000;
        wakeUps.triesWhereWoken = true;
        guard = SyncGuard.using(backend);
        AtomicInteger deepest = new AtomicInteger();
        List<CompletableFuture<AsyncHeldLock>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<AsyncHeldLock> future = guard.async().acquire("k", PATIENT);
            futures.add(future);
            if (i % 500 == 0) {
                future.whenComplete(
                        (lock, failure) -> deepest.accumulateAndGet(new Throwable().getStackTrace().length, Math::max));
            }
        }
        LockException failure =
                LockException.failed(LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.ACQUIRE, null, "scripted", null);
        wakeUps.answers = () -> {
            if (thrown) {
                throw new IllegalStateException("scripted");
            }
            throw failure;
        };

        futures.get(0).cancel(true);

        CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                .handle((all, failed) -> null)
                .get(40, TimeUnit.SECONDS);
        assertThat(futures.get(0)).isCancelled();
        LockErrorCode expected = thrown ? LockErrorCode.INTERNAL : LockErrorCode.SERVICE_UNAVAILABLE;
        for (CompletableFuture<AsyncHeldLock> future : futures.subList(1, count)) {
            LockException e = catchThrowableOfType(LockException.class, () -> Way.joined(future));
            assertThat(e.code()).isEqualTo(expected);
        }
        assertThat(deepest).as("the deepest stack").hasValueLessThan(300);
        wakeUps.answers = () -> ScriptedBackend.acquired(2);
        backend.otherwise = () -> ScriptedBackend.acquired(2);
        assertThat(guard.acquire("k", PATIENT).isHeld()).isTrue();
    }

    @Test
    @DisplayName("OPT-1 whoever obtrudes the outcome of an acquire gets that outcome, and the lock that it had is kept")
    void obtrudedAfterTheGrant() {
        guard = SyncGuard.using(backend);
        wakeUps.grants.set(1);
        CompletableFuture<AsyncHeldLock> future = guard.async().acquire("k", PATIENT);
        AsyncHeldLock lock = Way.joined(future);

        future.obtrudeException(new CancellationException("of the test"));

        assertThat(future).isCompletedExceptionally();
        assertThat(lock.isHeld()).isTrue();
        assertThat(Way.joined(lock.release())).isTrue();
        assertThat(backend.count("abandon")).isZero();
    }
}
