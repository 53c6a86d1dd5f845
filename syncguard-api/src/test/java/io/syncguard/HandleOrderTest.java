package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several calls on one handle at once: their order, and what becomes of those that wait for their turn. */
@Timeout(180)
class HandleOrderTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(400);

    /** What a thread that does not come to run may add. */
    private static final Duration STALL = Duration.ofSeconds(5);

    private static final int MANY = 50_000;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final CountDownLatch unstuck = new CountDownLatch(1);
    private final PendingCall<ExtendResult> pending = PendingCall.answeredAnyway(LockOperation.EXTEND);
    private final List<Thread> threads = new ArrayList<>();
    private SyncGuard guard;

    @AfterEach
    void close() throws InterruptedException {
        unstick();
        guard.close();
        for (Thread thread : threads) {
            thread.join(10_000);
            assertThat(thread.isAlive()).as("a thread that was left behind").isFalse();
        }
    }

    private LockHandle locked(Way way) {
        guard = SyncGuard.using(backend);
        return way.tryAcquire(guard, "k", TTL).orElseThrow();
    }

    private AsyncHeldLock locked() {
        return (AsyncHeldLock) locked(Way.ASYNC);
    }

    private <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        threads.add(thread);
        thread.start();
        return task;
    }

    /** Leaves an extension under way that is not answered before the test wants it. */
    private void stick(Way way, LockHandle lock) {
        if (way == Way.ASYNC) {
            backend.async().extensions.add(pending);
        } else {
            backend.extensions.add(() -> {
                awaitQuietly(unstuck);
                return new Extended(Instant.EPOCH);
            });
        }
        start(() -> way.extend(lock, TTL));
        Await.until("the extension is under way", () -> backend.count("extend") == 1);
    }

    private void unstick() {
        unstuck.countDown();
        pending.complete(new Extended(Instant.EPOCH));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("EXT-1, OPT-1 a cancelled extension that waits does not let the next one overtake the call before it")
    void cancelledInTheMiddle() {
        Queue<LostLock> losses = new ConcurrentLinkedQueue<>();
        guard = SyncGuard.using(backend, GuardOptions.defaults().withListener(new LockListener() {
            @Override
            public void lockLost(LostLock lost) {
                losses.add(lost);
            }
        }));
        AsyncHeldLock lock = guard.async()
                .tryAcquire("k", LockOptions.defaults().withTtl(TTL))
                .join()
                .orElseThrow();
        PendingCall<ReleaseResult> releasing = PendingCall.sent(LockOperation.RELEASE);
        backend.async().releases.add(releasing);
        CompletableFuture<Boolean> released = lock.release();
        CompletableFuture<Boolean> first = lock.extend(TTL);
        first.cancel(true);
        CompletableFuture<Boolean> second = lock.extend(TTL);

        assertThat(second).isNotDone();
        assertThat(backend.count("extend")).isZero();
        releasing.complete(ReleaseResult.RELEASED);

        assertThat(released).isCompletedWithValue(true);
        assertThat(second).isCompletedWithValue(false);
        assertThat(backend.count("extend")).isZero();
        guard.close();
        assertThat(losses).as("HLD-4").isEmpty();
    }

    @Test
    @DisplayName(
            "OPT-1 the call behind one that is cancelled under way is sent at once, whatever the backend does about it")
    void cancelledUnderWay() {
        AsyncHeldLock lock = locked();
        backend.async().extensions.add(pending);
        CompletableFuture<Boolean> first = lock.extend(TTL);
        CompletableFuture<Boolean> second = lock.release();

        first.cancel(true);

        assertThat(pending).as("it takes no notice").isNotDone();
        assertThat(second).isCompletedWithValue(true);
        pending.complete(new Extended(Instant.EPOCH));
        assertThat(lock.isHeld()).isFalse();
    }

    /** How the application ends a call: each completes its future. */
    private enum Ender {
        CANCEL(call -> call.cancel(true)),
        COMPLETE(call -> call.complete(true)),
        FAIL(call -> call.completeExceptionally(new IllegalStateException("of the test")));

        private final Consumer<CompletableFuture<Boolean>> end;

        Ender(Consumer<CompletableFuture<Boolean>> end) {
            this.end = end;
        }
    }

    @ParameterizedTest
    @EnumSource(Ender.class)
    @DisplayName(
            "OPT-1, HLD-10, HLD-4 a call that is ended as its turn begins is not sent, and the next one begins after it")
    void endedAsItsTurnBegins(Ender ender) {
        Thread caller = Thread.currentThread();
        AtomicReference<Runnable> asItBegins = new AtomicReference<>(() -> {});
        backend.clock = new GuardClock() {
            @Override
            public long nanoTime() {
                if (Thread.currentThread() == caller) {
                    asItBegins.getAndSet(() -> {}).run();
                }
                return System.nanoTime();
            }

            @Override
            public long currentTimeMillis() {
                return System.currentTimeMillis();
            }
        };
        AsyncHeldLock lock = locked();
        AtomicInteger told = new AtomicInteger();
        lock.onLost(told::incrementAndGet);
        backend.async().extensions.add(pending);
        CompletableFuture<Boolean> before = lock.extend(TTL);
        CompletableFuture<Boolean> release = lock.release();
        CompletableFuture<Boolean> next = lock.extend(TTL);
        // The failure of the extension needs no clock. The release looks at the lock's deadline as its turn begins.
        asItBegins.set(() ->
                CompletableFuture.runAsync(() -> ender.end.accept(release)).join());

        pending.completeExceptionally(LockException.failed(
                LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.EXTEND, null, "of the test", null));

        assertThat(before).isCompletedExceptionally();
        assertThat(release).isDone();
        assertThat(backend.count("release")).isZero();
        assertThat(next).as("the lock is still held").isCompletedWithValue(true);
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.release().join()).as("released again").isTrue();
        guard.close();
        assertThat(told).hasValue(0);
    }

    @Test
    @DisplayName("EXT-1, OPT-1 whichever calls are cancelled, the others are sent in their order, one at a time")
    void manyCancellations() throws Exception {
        int calls = 4_000;
        List<Long> sent = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger overlaps = new AtomicInteger();
        Queue<PendingCall<ExtendResult>> underWay = new ConcurrentLinkedQueue<>();
        AtomicReference<CompletableFuture<?>> before = new AtomicReference<>(CompletableFuture.completedFuture(null));
        // Thousands that wait for each other take longer than the usual timeout on a busy machine.
        backend.operationTimeout = Duration.ofMinutes(2);
        guard = SyncGuard.using(InterceptedBackend.of(backend, InterceptedBackend.Interceptor.NONE, (request, real) -> {
            if (!request.method().equals("extend")) {
                return real.make();
            }
            PendingCall<ExtendResult> call = PendingCall.sent(LockOperation.EXTEND);
            if (!before.getAndSet(call).isDone()) {
                overlaps.incrementAndGet();
            }
            sent.add(request.argument(Ttl.class).millis() - TTL.toMillis());
            underWay.add(call);
            return call;
        }));
        AsyncHeldLock lock = guard.async()
                .tryAcquire("k", LockOptions.defaults().withTtl(TTL))
                .join()
                .orElseThrow();
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Void> answers = start(() -> {
            while (!over.get()) {
                PendingCall<ExtendResult> next = underWay.poll();
                if (next == null || ThreadLocalRandom.current().nextInt(3) == 0) {
                    Thread.yield();
                }
                if (next != null) {
                    next.complete(new Extended(Instant.EPOCH));
                }
            }
            return null;
        });
        Queue<CompletableFuture<?>> toCancel = new ConcurrentLinkedQueue<>();
        FutureTask<Void> cancels = start(() -> {
            while (!over.get()) {
                CompletableFuture<?> next = toCancel.poll();
                if (next != null) {
                    next.cancel(true);
                } else {
                    Thread.yield();
                }
            }
            return null;
        });

        List<CompletableFuture<Boolean>> futures = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            CompletableFuture<Boolean> future = lock.extend(TTL.plusMillis(i));
            futures.add(future);
            if (ThreadLocalRandom.current().nextInt(3) == 0) {
                toCancel.add(future);
            }
        }
        Await.until("every call has ended", () -> futures.stream().allMatch(CompletableFuture::isDone));
        over.set(true);
        answers.get();
        cancels.get();

        assertThat(overlaps).as("calls sent while another one was under way").hasValue(0);
        assertThat(sent).isSorted().doesNotHaveDuplicates();
        int neverSent = 0;
        for (int i = 0; i < calls; i++) {
            boolean cancelled = futures.get(i).isCancelled();
            boolean wasSent = Collections.binarySearch(sent, (long) i) >= 0;
            assertThat(cancelled || wasSent).as("call " + i + " was sent").isTrue();
            neverSent += wasSent ? 0 : 1;
        }
        assertThat(neverSent).as("calls cancelled before their turn").isPositive();
    }

    @Test
    @DisplayName("EXT-1 fifty thousand extensions that wait all end when the lock turns out to be gone")
    void manyOfALockThatIsGone() {
        AsyncHeldLock lock = locked();
        backend.async().extensions.add(pending);
        List<CompletableFuture<Boolean>> futures = extensions(lock);

        pending.complete(new Absent());

        assertThat(futures).allMatch(future -> Boolean.FALSE.equals(future.getNow(null)));
        assertThat(backend.count("extend")).isEqualTo(1);
        guard.close();
        assertThat(backend.count("close")).isEqualTo(1);
    }

    private static List<CompletableFuture<Boolean>> extensions(AsyncHeldLock lock) {
        List<CompletableFuture<Boolean>> futures = new ArrayList<>();
        for (int i = 0; i <= MANY; i++) {
            futures.add(lock.extend(TTL));
        }
        return futures;
    }

    @Test
    @DisplayName("EXT-1, OPT-1 fifty thousand extensions that wait can be cancelled together, and hold nothing up")
    void manyCancelled() {
        AsyncHeldLock lock = locked();
        backend.async().extensions.add(pending);
        List<CompletableFuture<Boolean>> futures = extensions(lock);
        futures.subList(1, futures.size()).forEach(future -> future.cancel(true));
        CompletableFuture<Boolean> release = lock.release();

        pending.complete(new Extended(Instant.EPOCH));

        assertThat(futures.get(0)).isCompletedWithValue(true);
        assertThat(release).isCompletedWithValue(true);
        assertThat(backend.count("extend")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "OPT-3 closing the guard waits for none of fifty thousand extensions, which end when the backend ends theirs")
    void manyWhenTheGuardCloses() {
        AsyncHeldLock lock = locked();
        backend.async().extensions.add(pending);
        List<CompletableFuture<Boolean>> futures = extensions(lock);

        guard.close();

        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(backend.count("close")).isEqualTo(1);
        pending.completeExceptionally(LockException.outcomeUnknown(
                LockErrorCode.ABORTED, LockOperation.EXTEND, null, "the backend is closed", null));
        assertThat(futures.get(0)).isCompletedExceptionally();
        assertThat(futures.subList(1, futures.size())).allMatch(future -> Boolean.FALSE.equals(future.getNow(null)));
    }

    @Test
    @DisplayName(
            "OPT-1 an interrupted extension that waits for another call ends at once with ABORTED and sends nothing")
    void interruptedInTheQueue() throws Exception {
        backend.operationTimeout = Duration.ofHours(1);
        LockHandle lock = locked(Way.BLOCKING);
        stick(Way.BLOCKING, lock);
        AtomicBoolean flag = new AtomicBoolean();
        FutureTask<LockException> waiting = start(() -> {
            LockException e = catchThrowableOfType(LockException.class, () -> Way.BLOCKING.extend(lock, TTL));
            flag.set(Thread.currentThread().isInterrupted());
            return e;
        });
        Thread waiter = threads.get(threads.size() - 1);
        Await.until("it waits", () -> waiter.getState() == Thread.State.WAITING);

        waiter.interrupt();

        LockException e = waiting.get(10, TimeUnit.SECONDS);
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.operation()).isEqualTo(LockOperation.EXTEND);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(flag).as("the interrupt flag afterwards").isTrue();
        unstick();
        assertThat(Way.BLOCKING.release(lock)).isTrue();
        assertThat(backend.count("extend")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "OPT-2 ten calls behind a stuck one each end within the operation timeout of their own, and are not sent")
    void behindAStuckCall(Way way) throws Exception {
        backend.operationTimeout = SHORT;
        LockHandle lock = locked(way);
        stick(way, lock);
        List<FutureTask<Duration>> waiting = new ArrayList<>();
        Queue<LockException> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 10; i++) {
            boolean releases = i % 2 == 1;
            waiting.add(start(() -> {
                long startNanos = System.nanoTime();
                failures.add(catchThrowableOfType(LockException.class, () -> {
                    boolean unused = releases ? way.release(lock) : way.extend(lock, TTL);
                }));
                return Duration.ofNanos(System.nanoTime() - startNanos);
            }));
            TimeUnit.MILLISECONDS.sleep(30);
        }

        for (FutureTask<Duration> call : waiting) {
            assertThat(call.get(20, TimeUnit.SECONDS))
                    .as("duration of a call")
                    .isBetween(SHORT.minusMillis(20), SHORT.plus(STALL));
        }
        assertThat(failures).hasSize(10).allSatisfy(e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e.lockFingerprint()).contains(lock.keyFingerprint());
        });
        assertThat(lock.isHeld()).as("nothing happened to it").isTrue();
        unstick();
        Await.until("it can be released again", () -> way.release(lock));
        assertThat(backend.count("extend")).isEqualTo(1);
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "OPT-2 a call that is sent late ends within the timeout that began with the call, and its outcome is unknown")
    void sentLate() {
        backend.operationTimeout = SHORT;
        AsyncHeldLock lock = locked();
        PendingCall<ExtendResult> neverAnswered = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(pending);
        backend.async().extensions.add(neverAnswered);
        CompletableFuture<Boolean> first = lock.extend(TTL);
        CompletableFuture<Boolean> second = lock.extend(TTL);
        CompletableFuture<Boolean> third = lock.release();
        pending.complete(new Extended(Instant.EPOCH));

        LockException e = catchThrowableOfType(LockException.class, () -> Way.joined(second));

        assertThat(first).isCompletedWithValue(true);
        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isTrue();
        Await.until("the request is given up", neverAnswered::isCancelled);
        Await.until("the call behind it has ended", third::isDone);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "OPT-1 a release with a pending interrupt waits for the call before it, releases, and leaves the interrupt")
    void releaseWithPendingInterrupt(Way way) throws Exception {
        backend.operationTimeout = Duration.ofMinutes(1);
        LockHandle lock = locked(way);
        stick(way, lock);
        AtomicBoolean flag = new AtomicBoolean();
        FutureTask<Boolean> releasing = start(() -> {
            Thread.currentThread().interrupt();
            boolean released;
            if (way == Way.BLOCKING) {
                released = way.release(lock);
                flag.set(Thread.currentThread().isInterrupted());
            } else {
                CompletableFuture<Boolean> future = ((AsyncHeldLock) lock).release();
                flag.set(Thread.interrupted());
                released = Way.joined(future);
            }
            return released;
        });
        Thread releaser = threads.get(threads.size() - 1);
        Await.until(
                "it waits",
                () -> releaser.getState() == Thread.State.WAITING || releaser.getState() == Thread.State.TIMED_WAITING);
        assertThat(backend.count("release")).isZero();

        unstick();

        assertThat(releasing.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(flag).as("the interrupt flag afterwards").isTrue();
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "HLD-7, OPT-2 closing a handle behind a stuck call ends normally in its time, and the lock is freed all the same")
    void closeBehindAStuckCall(Way way) throws Exception {
        backend.operationTimeout = SHORT;
        LockHandle lock = locked(way);
        stick(way, lock);

        FutureTask<Void> closing = start(() -> {
            way.close(lock);
            return null;
        });

        assertThat(closing.get(20, TimeUnit.SECONDS)).isNull();
        assertThat(lock.isHeld()).isFalse();
        Await.until("it is freed in the background", () -> backend.count("abandon") == 1);
        assertThat(backend.count("release")).isZero();
        unstick();
    }
}
