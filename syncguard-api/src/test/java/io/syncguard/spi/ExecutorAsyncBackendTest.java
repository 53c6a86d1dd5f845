package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futures of a backend that blocks. */
@Timeout(30)
class ExecutorAsyncBackendTest {
    private static final LockKey KEY = LockKey.of("k");

    private final BlockingBackend backend = new BlockingBackend();
    private final ExecutorAsyncBackend async = ExecutorAsyncBackend.onThreads(backend, Duration.ofMillis(500), 1);

    @AfterEach
    void close() {
        backend.gate.countDown();
        async.close();
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
        assertThat(backend.left.await(5, TimeUnit.SECONDS))
                .as("the thread left the backend")
                .isTrue();
        assertThat(backend.interrupted).containsExactly(true);
        assertThat(async.lookup(KEY).get(5, TimeUnit.SECONDS)).isEmpty();
        assertThat(backend.interrupted).containsExactly(true, false);
    }

    @Test
    @DisplayName("OPT-2 a call that is not answered in time is NETWORK_TIMEOUT, and its thread is interrupted")
    void timesOut() throws Exception {
        CompletableFuture<Boolean> call = async.isLocked(KEY);

        LockException e = failureOf(call);

        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(backend.left.await(5, TimeUnit.SECONDS))
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
    @DisplayName("OPT-4 what the backend throws that is no LockException completes the future as well")
    void otherFailure() {
        CompletableFuture<ReleaseResult> call = async.release(LockId.random());

        assertThat(call.handle((value, failure) -> failure).join()).isInstanceOf(IllegalStateException.class);
    }

    /** isLocked blocks until it is interrupted or let go, lookup answers at once, release is broken. */
    private static final class BlockingBackend implements LockBackend {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);
        private final CountDownLatch left = new CountDownLatch(1);
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
            throw new IllegalStateException("broken");
        }

        @Override
        public BackendCapabilities capabilities() {
            return new BackendCapabilities("blocking", false);
        }

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
