package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backend seen through its asynchronous view only: each call waits for a future. Looks at every future on the way, so
 * that each rule's test is one of OPT-4 as well.
 */
final class AwaitedBackend implements LockBackend {
    private final LockBackend backend;
    private final AsyncLockBackend async;
    private final Optional<WakeUps> wakeUps;

    AwaitedBackend(LockBackend backend) {
        this.backend = backend;
        this.async = backend.async();
        assertThat(backend.async())
                .as("OPT-4 the asynchronous view, asked for twice")
                .isSameAs(async);
        this.wakeUps = backend.wakeUps().map(AwaitedWakeUps::new);
    }

    static <T extends @Nullable Object> T await(LockOperation operation, Supplier<CompletableFuture<T>> call) {
        CompletableFuture<T> future = started(call);
        boolean interrupted = false;
        try {
            while (isInterruptedBeforeEnd(operation, future)) {
                interrupted = true;
                future.cancel(true);
            }
            return AsyncLockBackend.await(() -> future, operation);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Throwable failure =
                    future.isDone() ? future.handle((value, thrown) -> thrown).join() : null;
            assertThat(failure == null || failure instanceof LockException || failure instanceof CancellationException)
                    .as("OPT-4 a future that fails with a LockException as it is, not with %s", failure)
                    .isTrue();
        }
    }

    /**
     * Waits until a call has ended; returns true if this thread is interrupted before. Fails the test instead of waiting for ever. How
     * the call ends is for others to look at.
     */
    private static boolean isInterruptedBeforeEnd(LockOperation operation, CompletableFuture<?> future) {
        // Longer than the operation timeout of any backend that is tested.
        Duration longest = Await.longest().multipliedBy(2);
        try {
            future.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "OPT-2, OPT-4 the future of " + operation + " is not complete after " + Await.inSeconds(longest),
                    e);
        } catch (ExecutionException | CancellationException e) {
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Starts an asynchronous call, or several, which throw nothing. */
    static <T> T started(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "OPT-4 an asynchronous call must complete its future with what fails, not throw it: " + e, e);
        }
    }

    @Override
    public BackendCapabilities capabilities() {
        return backend.capabilities();
    }

    @Override
    public void ping() {
        var unused = await(LockOperation.PING, async::ping);
    }

    @Override
    public LockId newLockId(LockKey key) {
        return backend.newLockId(key);
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId id, Ttl ttl) {
        return await(LockOperation.ACQUIRE, () -> async.acquire(key, id, ttl));
    }

    @Override
    public ReleaseResult release(LockId id) {
        return await(LockOperation.RELEASE, () -> async.release(id));
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        return await(LockOperation.EXTEND, () -> async.extend(id, ttl));
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        await(LockOperation.RELEASE, () -> async.abandon(key, id, ttl));
    }

    @Override
    public boolean isLocked(LockKey key) {
        return await(LockOperation.IS_LOCKED, () -> async.isLocked(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        return await(LockOperation.LOOKUP, () -> async.lookup(key));
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        return await(LockOperation.LOOKUP, () -> async.lookup(id));
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        return wakeUps;
    }

    @Override
    public Optional<LockListing> listing() {
        return backend.listing();
    }

    @Override
    public void labelHolder(String label) {
        backend.labelHolder(label);
    }

    @Override
    public AsyncLockBackend async() {
        return async;
    }

    @Override
    public void close() {
        backend.close();
    }
}
