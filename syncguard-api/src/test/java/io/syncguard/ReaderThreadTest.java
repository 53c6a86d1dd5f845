package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.NativeAsyncBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls on the thread that has to read the backend's answers: none of them waits for itself. */
@Timeout(180)
class ReaderThreadTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTtl(Duration.ofHours(1)).withTimeout(Duration.ofHours(1));

    private final ReadByOneThread backend = new ReadByOneThread();
    private final Queue<LockEvent> failures = new ConcurrentLinkedQueue<>();
    private final SyncGuard guard = SyncGuard.using(
            LockBackend.blocking(backend), GuardOptions.defaults().withListener(new LockListener() {
                @Override
                public void operationEnded(LockEvent event) {
                    if (event.outcome() == LockEvent.Outcome.FAILED) {
                        failures.add(event);
                    }
                }
            }));

    @AfterEach
    void close() {
        backend.closingGoesOn.countDown();
        backend.extension.complete(new ExtendResult.Extended(Instant.EPOCH));
        backend.release.complete(ReleaseResult.RELEASED);
        guard.close();
    }

    /** Runs a call on the thread that reads the answers, and returns what it failed with; null if it did not. */
    private LockException onReader(ThrowingCallable call) throws Exception {
        FutureTask<LockException> task = new FutureTask<>(() -> catchThrowableOfType(LockException.class, call));
        Thread reader = new Thread(task, "reader");
        reader.setDaemon(true);
        backend.reader = reader;
        reader.start();
        return task.get(60, TimeUnit.SECONDS);
    }

    private static void assertNothingWasSent(LockException e, LockOperation operation) {
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.operation()).isEqualTo(operation);
        assertThat(e.isOutcomeUnknown()).isFalse();
    }

    @Test
    @DisplayName("OPT-5 an acquire that others wait before is refused at once, and does not join them")
    void othersWait() throws Exception {
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", PATIENT);
        Await.until("it waits", () -> backend.wakeUps.attempts.get() > 0);

        LockException e = onReader(() -> {
            HeldLock unused = guard.acquire("k", PATIENT);
        });

        assertNothingWasSent(e, LockOperation.ACQUIRE);
        assertThat(e.lockFingerprint()).contains(LockKey.of("k").fingerprint());
        assertThat(first).isNotDone();
        backend.wakeUps.grants.set(1);
        backend.wakeUps.wake.run();
        Await.until("the first one is still served", first::isDone);
    }

    @Test
    @DisplayName("OPT-5 an extension and a release behind another call on their handle are refused at once")
    void handleIsBusy() throws Exception {
        backend.acquire = acquired(1);
        HeldLock lock = guard.acquire("k", PATIENT);
        FutureTask<Boolean> before = new FutureTask<>(() -> lock.extend(Duration.ofHours(1)));
        new Thread(before).start();
        Await.until("it is under way", () -> backend.extensions.get() == 1);

        assertNothingWasSent(
                onReader(() -> {
                    boolean unused = lock.extend(Duration.ofHours(1));
                }),
                LockOperation.EXTEND);
        assertNothingWasSent(onReader(lock::release), LockOperation.RELEASE);

        assertThat(lock.isHeld()).isTrue();
        assertThat(backend.extensions).hasValue(1);
        assertThat(backend.releases).hasValue(0);
        backend.extension.complete(new ExtendResult.Extended(Instant.EPOCH));
        assertThat(before.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.releases).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "OPT-5, OPT-3 a guard that was closed there refuses every call at once, though it still has to release its locks")
    void closedOnReader(Way way) throws Exception {
        backend.acquire = acquired(1);
        LockHandle lock = way.acquire(guard, "k", PATIENT);
        backend.closingGoesOn = new CountDownLatch(1);
        assertThat(onReader(guard::close)).isNull();

        AsyncGuard async = guard.async();
        boolean blocking = way == Way.BLOCKING;
        List<Callable<?>> calls = List.of(
                () -> blocking ? guard.isLocked("k") : Way.joined(async.isLocked("k")),
                () -> blocking ? guard.lookup("k") : Way.joined(async.lookup("k")),
                () -> blocking ? guard.lookup(lock.id()) : Way.joined(async.lookup(lock.id())),
                () -> blocking ? guard.owns(lock.id()) : Way.joined(async.owns(lock.id())),
                () -> blocking ? guard.ping() : Way.joined(async.ping()),
                () -> way.extend(lock, Duration.ofHours(1)));
        for (Callable<?> call : calls) {
            LockException e = catchThrowableOfType(LockException.class, call::call);
            assertThat(e).as("a LockException").isNotNull();
            assertNothingWasSent(e, e.operation());
        }

        assertThat(backend.questions).hasValue(0);
        assertThat(backend.extensions).hasValue(0);
        Await.until("each is told of", () -> failures.size() == calls.size());
        assertThat(failures).allSatisfy(event -> assertThat(event.attempts()).isZero());
        backend.closingGoesOn.countDown();
        Await.until("the lock is released", () -> backend.releases.get() == 1);
        assertThat(way.extend(lock, Duration.ofHours(1))).as("a lost lock").isFalse();
    }

    /** A backend one of whose threads reads all answers. */
    private static final class ReadByOneThread implements NativeAsyncBackend, GuardClock {
        volatile CountDownLatch closingGoesOn = new CountDownLatch(0);
        final AtomicInteger questions = new AtomicInteger();
        final StubbedWakeUps wakeUps = new StubbedWakeUps();
        final CompletableFuture<ExtendResult> extension = new CompletableFuture<>();
        final CompletableFuture<ReleaseResult> release = new CompletableFuture<>();
        final AtomicInteger extensions = new AtomicInteger();
        final AtomicInteger releases = new AtomicInteger();
        volatile AcquireResult acquire = Contended.unknown();
        volatile Thread reader;

        @Override
        public BackendCapabilities capabilities() {
            return new BackendCapabilities("read-by-one-thread", false, Duration.ofHours(1));
        }

        @Override
        public boolean mayBlock() {
            return Thread.currentThread() != reader;
        }

        @Override
        public GuardClock clock() {
            return this;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long currentTimeMillis() {
            return System.currentTimeMillis();
        }

        /** Called by a guard that closes, before it releases its locks. */
        @Override
        public void removeJumpListener(JumpListener listener) {
            try {
                closingGoesOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Optional<WakeUps> wakeUps() {
            return Optional.of(wakeUps);
        }

        @Override
        public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
            return CompletableFuture.completedFuture(acquire);
        }

        @Override
        public CompletableFuture<ReleaseResult> release(LockId id) {
            releases.incrementAndGet();
            return release;
        }

        @Override
        public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
            extensions.incrementAndGet();
            return extension;
        }

        @Override
        public CompletableFuture<Boolean> isLocked(LockKey key) {
            questions.incrementAndGet();
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
            questions.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
            questions.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public void close() {}
    }
}
