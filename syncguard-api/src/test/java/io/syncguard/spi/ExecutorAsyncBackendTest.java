package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futures of a backend that blocks. */
@Timeout(180)
class ExecutorAsyncBackendTest {
    private static final LockKey KEY = LockKey.of("k");
    private static final Duration PATIENT = Duration.ofMinutes(10);

    private final BlockingBackend backend = new BlockingBackend();
    private final ExecutorAsyncBackend async = ExecutorAsyncBackend.onThreads(backend, PATIENT, 1);

    private final List<ExecutorAsyncBackend> views = new ArrayList<>();

    @AfterEach
    void close() {
        backend.gate.countDown();
        async.close();
        views.forEach(ExecutorAsyncBackend::close);
    }

    private static LockException failureOf(CompletableFuture<?> future) {
        return LockException.within(future.handle((value, failure) -> failure).join())
                .orElseThrow();
    }

    @Test
    @DisplayName("OPT-1 cancelling a call interrupts the thread that is in the backend with it, and no later call")
    void cancelInterrupts() throws Exception {
        CompletableFuture<Boolean> call = async.isLocked(KEY);
        backend.entered.await();

        call.cancel(true);

        assertThat(failureOf(call).isOutcomeUnknown()).isTrue();
        assertThat(backend.left.await(60, TimeUnit.SECONDS))
                .as("the thread left the backend")
                .isTrue();
        assertThat(backend.interrupted).containsExactly(true);
        assertThat(async.lookup(KEY).get(60, TimeUnit.SECONDS)).isEmpty();
        assertThat(backend.interrupted).containsExactly(true, false);
    }

    @Test
    @DisplayName("OPT-2 a call that is not answered in time is NETWORK_TIMEOUT, and its thread is interrupted")
    void timesOut() throws Exception {
        CompletableFuture<Boolean> call = impatient(Duration.ofMillis(500)).isLocked(KEY);

        LockException e = failureOf(call);

        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(backend.left.await(60, TimeUnit.SECONDS))
                .as("the thread left the backend")
                .isTrue();
    }

    @Test
    @DisplayName("OPT-3 a closed view refuses calls, and throws nothing")
    void closed() {
        async.close();
        async.close();

        assertThat(failureOf(async.isLocked(KEY)).code()).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("OPT-4 what the backend throws that is no LockException arrives as one, and is its cause")
    void otherFailure() {
        LockId id = LockId.random();
        for (ExecutorAsyncBackend view : List.of(async, ExecutorAsyncBackend.onCaller(backend))) {
            for (Throwable thrown : List.of(new IllegalStateException("broken"), new AssertionError("broken"))) {
                backend.brokenBy = thrown;

                CompletableFuture<ReleaseResult> call = view.release(id);

                assertThat(call.handle((value, failure) -> failure).join()).isInstanceOf(LockException.class);
                LockException e = failureOf(call);
                assertThat(e).hasCause(thrown);
                assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
                assertThat(e.isOutcomeUnknown()).isTrue();
                assertThat(e.operation()).isEqualTo(LockOperation.RELEASE);
                assertThat(e.lockFingerprint()).contains(id.fingerprint());
            }
        }
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("syncguard-async"))
                .count();
    }

    private ExecutorAsyncBackend impatient(Duration timeout) {
        ExecutorAsyncBackend view = ExecutorAsyncBackend.onThreads(backend, timeout, 1);
        views.add(view);
        return view;
    }

    private ExecutorAsyncBackend pool(Duration timeout, int mostThreads) {
        ExecutorAsyncBackend view = ExecutorAsyncBackend.onPool(backend, timeout, mostThreads);
        views.add(view);
        return view;
    }

    @Test
    @DisplayName("OPT-2 what depends on a call that timed out runs on the view's threads, and delays no other timeout")
    void timeoutsDoNotWaitForEachOther() throws Exception {
        for (ExecutorAsyncBackend view : List.of(impatient(Duration.ofMillis(500)), pool(Duration.ofMillis(500), 1))) {
            BlockingQueue<String> threads = new LinkedBlockingQueue<>();
            CountDownLatch over = new CountDownLatch(1);
            List<CompletableFuture<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Boolean> call = view.isLocked(KEY);
                calls.add(call);
                call.whenComplete((locked, failure) -> {
                    threads.add(Thread.currentThread().getName());
                    awaitQuietly(over);
                });
            }

            for (CompletableFuture<Boolean> call : calls) {
                assertThat(failureOf(call).code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            }
            for (int i = 0; i < calls.size(); i++) {
                assertThat(threads.poll(60, TimeUnit.SECONDS)).isEqualTo("syncguard-async");
            }
            over.countDown();
        }
    }

    @Test
    @DisplayName("OPT-2 the time of a call does not count for what depends on it")
    void dependentsAreNotInterrupted() throws Exception {
        CountDownLatch registered = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = impatient(Duration.ofSeconds(2))
                .start(LockOperation.LOOKUP, () -> null, () -> {
                    awaitQuietly(registered);
                    return true;
                })
                .thenApply(answer -> {
                    try {
                        Thread.sleep(2_500);
                        return false;
                    } catch (InterruptedException e) {
                        return true;
                    }
                });
        registered.countDown();

        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    @DisplayName("OPT-1, OPT-2 a user that holds the monitor of a future holds up neither its end nor other calls")
    void monitors() throws Exception {
        ExecutorAsyncBackend view = pool(PATIENT, 1);
        CompletableFuture<Boolean> call = view.isLocked(KEY);
        backend.entered.await();
        synchronized (call) {
            CompletableFuture<Boolean> cancelled = CompletableFuture.supplyAsync(() -> call.cancel(true));
            assertThat(cancelled.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(view.lookup(KEY).get(60, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    @DisplayName("HLD-5, ACQ-4 on a pool, heartbeats and settling do not queue behind the calls of users")
    void backgroundLane() throws Exception {
        ExecutorAsyncBackend view = pool(PATIENT, 1);
        CompletableFuture<Boolean> stuck = view.isLocked(KEY);
        CompletableFuture<?> queued = view.lookup(KEY);
        backend.entered.await();

        for (CompletableFuture<?> beat : view.extendAll(List.of(
                new Extension(LockId.random(), new Ttl(1_000)), new Extension(LockId.random(), new Ttl(1_000))))) {
            assertThat(beat.get(60, TimeUnit.SECONDS)).isEqualTo(new ExtendResult.Absent());
        }
        view.abandon(KEY, LockId.random(), new Ttl(1_000)).get(60, TimeUnit.SECONDS);
        assertThat(view.startInBackground(LockOperation.EXTEND, () -> null, () -> "beat")
                        .get(60, TimeUnit.SECONDS))
                .isEqualTo("beat");

        assertThat(queued).isNotDone();
        stuck.cancel(true);
    }

    @Test
    @DisplayName("OPT-3 after close no thread is left, and a call that goes on regardless is ABORTED")
    void closeLeavesNothing() throws Exception {
        async.close();
        for (int i = 0; i < 600 && ownThreads() > 0; i++) {
            Thread.sleep(100);
        }
        assertThat(ownThreads()).as("threads of other views").isZero();
        ExecutorAsyncBackend view = ExecutorAsyncBackend.onPool(backend, PATIENT, 2);
        CompletableFuture<Boolean> goesOn = view.isLocked(KEY);
        view.extendAll(List.of(new Extension(LockId.random(), new Ttl(1_000))))
                .get(0)
                .get();
        view.lookup(KEY).get();
        backend.entered.await();
        assertThat(ownThreads()).isPositive();
        try (StallMeter stalls = StallMeter.start()) {
            view.close();

            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(3));
        }
        assertThat(failureOf(goesOn).code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(failureOf(goesOn).isOutcomeUnknown()).isTrue();
        for (int i = 0; i < 6_000 && ownThreads() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(ownThreads()).isZero();
    }

    @Test
    @DisplayName("OPT-3 closing on one of the view's own threads does not wait for that thread")
    void closesItself() throws Exception {
        for (ExecutorAsyncBackend view : List.of(async, pool(PATIENT, 1))) {
            CompletableFuture<Duration> took = view.start(LockOperation.LOOKUP, () -> null, () -> {
                try (StallMeter stalls = StallMeter.start()) {
                    view.close();
                    return stalls.elapsed();
                }
            });

            assertThat(took.get(60, TimeUnit.SECONDS)).isLessThan(Duration.ofMillis(900));
        }
    }

    @Test
    @DisplayName("threads of a view inherit nothing from the caller that they start for")
    void inheritNothing() throws Exception {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        local.set("of the caller");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(new ClassLoader(before) {});
        try {
            for (ExecutorAsyncBackend view : List.of(async, pool(PATIENT, 1))) {
                assertThat(view.start(LockOperation.LOOKUP, () -> null, local::get)
                                .get(60, TimeUnit.SECONDS))
                        .isNull();
                assertThat(view.start(LockOperation.LOOKUP, () -> null, () -> Thread.currentThread()
                                        .getContextClassLoader())
                                .get(60, TimeUnit.SECONDS))
                        .isNotSameAs(Thread.currentThread().getContextClassLoader());
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            local.remove();
        }
    }

    @Test
    @DisplayName("OPT-2 a view without a timeout of its own takes the one of the backend's capabilities")
    void timeoutOfCapabilities() {
        ExecutorAsyncBackend view = ExecutorAsyncBackend.onThreads(backend, 1);
        views.add(view);
        backend.timeout = Duration.ofMillis(100);

        assertThat(failureOf(view.isLocked(KEY)).code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
    }

    @Test
    @DisplayName("ERR-4 arguments are checked, and a huge number of threads is no problem")
    void arguments() throws Exception {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> ExecutorAsyncBackend.onThreads(null, second, 1))
                .isInstanceOf(NullPointerException.class);
        for (Duration invalid :
                new Duration[] {null, Duration.ZERO, Duration.ofNanos(-1), ChronoUnit.FOREVER.getDuration()}) {
            assertThatThrownBy(() -> ExecutorAsyncBackend.onThreads(backend, invalid, 1))
                    .isInstanceOf(LockException.class);
        }
        for (int invalid : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> ExecutorAsyncBackend.onThreads(backend, second, invalid))
                    .isInstanceOf(LockException.class);
            assertThatThrownBy(() -> ExecutorAsyncBackend.onThreads(backend, invalid))
                    .isInstanceOf(LockException.class);
        }
        assertThat(pool(second, Integer.MAX_VALUE).lookup(KEY).get(60, TimeUnit.SECONDS))
                .isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** isLocked blocks until it is interrupted or let go, lookup answers at once, release is broken. */
    private static final class BlockingBackend implements LockBackend {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);
        private final CountDownLatch left = new CountDownLatch(1);
        private volatile Throwable brokenBy = new IllegalStateException("broken");
        private volatile Duration timeout = BackendTimeout.OPERATION.byDefault();
        private final Queue<Boolean> interrupted = new ConcurrentLinkedQueue<>();

        @Override
        public boolean isLocked(LockKey key) {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            interrupted.add(Thread.currentThread().isInterrupted());
            left.countDown();
            return false;
        }

        @Override
        public Optional<LockRecord> lookup(LockKey key) {
            interrupted.add(Thread.currentThread().isInterrupted());
            return Optional.empty();
        }

        @Override
        public ReleaseResult release(LockId id) {
            if (brokenBy instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) brokenBy;
        }

        @Override
        public BackendCapabilities capabilities() {
            return new BackendCapabilities("blocking", false, timeout);
        }

        @Override
        public void abandon(LockKey key, LockId id, Ttl ttl) {}

        @Override
        public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
            return AcquireResult.Contended.unknown();
        }

        @Override
        public ExtendResult extend(LockId id, Ttl ttl) {
            return new ExtendResult.Absent();
        }

        @Override
        public Optional<LockRecord> lookup(LockId id) {
            return Optional.empty();
        }

        @Override
        public AsyncLockBackend async() {
            return ExecutorAsyncBackend.onCaller(this);
        }

        @Override
        public void close() {}
    }
}
