package io.syncguard.conformance;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.ReleaseResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The model's asynchronous view, with a thread of its own and faults of its own. */
final class ModelAsyncBackend implements AsyncLockBackend, AutoCloseable {
    private final ModelBackend backend;
    private final @Nullable Fault fault;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    ModelAsyncBackend(ModelBackend backend, @Nullable Fault fault) {
        this.backend = backend;
        this.fault = fault;
    }

    private boolean has(Fault asked) {
        return fault == asked;
    }

    /** A call, begun by whoever is first: a thread of the model's, or somebody who cancels it. */
    private final class Call<T> extends CompletableFuture<T> {
        private final LockOperation operation;
        private final Supplier<T> body;
        private final AtomicBoolean begun = new AtomicBoolean();

        Call(LockOperation operation, Supplier<T> body) {
            this.operation = operation;
            this.body = body;
        }

        void run() {
            if (has(Fault.CANCEL_IGNORED)) {
                LockSupport.parkNanos(2_000_000);
            }
            if (has(Fault.CANCELLED_ACQUIRE_LANDS_LATE)) {
                // A busy machine takes its time to cancel, and then to abandon.
                for (int millis = 0; millis < 10 && !begun.get(); millis++) {
                    LockSupport.parkNanos(1_000_000);
                }
                LockSupport.parkNanos(begun.get() ? 100_000_000 : 0);
            }
            boolean cancelledBefore = !begun.compareAndSet(false, true);
            if (cancelledBefore && !has(Fault.CANCELLED_ACQUIRE_LANDS_LATE)) {
                return;
            }
            try {
                complete(body.get());
            } catch (LockException e) {
                completeExceptionally(has(Fault.ASYNC_FAILURE_WRAPPED) ? new IllegalStateException(e) : e);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (has(Fault.CANCEL_IGNORED)) {
                return false;
            }
            if (has(Fault.CANCEL_WITHOUT_CODE)) {
                return super.cancel(true);
            }
            boolean mayLand = !begun.compareAndSet(false, true) || has(Fault.CANCELLED_ACQUIRE_LANDS_LATE);
            boolean unknown = mayLand && !has(Fault.CANCEL_WITH_KNOWN_OUTCOME);
            completeExceptionally(LockException.cancelled(operation, null, unknown));
            return isCancelled();
        }
    }

    <T> CompletableFuture<T> start(LockOperation operation, Supplier<T> body) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (has(Fault.ASYNC_THROWS)) {
            return CompletableFuture.completedFuture(body.get());
        }
        Call<T> call = new Call<>(operation, body);
        if (interrupted && has(Fault.ASYNC_HEEDS_INTERRUPTS)) {
            call.completeExceptionally(LockException.invalidArgument("interrupted"));
            return call;
        }
        if (has(Fault.ASYNC_BLOCKS_CALLER)) {
            call.run();
            return call;
        }
        try {
            threads.execute(call::run);
        } catch (RejectedExecutionException e) {
            call.run();
        }
        return call;
    }

    @Override
    public CompletableFuture<?> ping() {
        if (has(Fault.PING_CANNOT_BE_CANCELLED)) {
            return new CompletableFuture<>() {
                @Override
                public boolean cancel(boolean mayInterruptIfRunning) {
                    return false;
                }
            };
        }
        return start(LockOperation.PING, () -> {
            backend.ping();
            return true;
        });
    }

    @Override
    public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        return start(LockOperation.ACQUIRE, () -> backend.acquire(key, id, ttl));
    }

    @Override
    public CompletableFuture<ReleaseResult> release(LockId id) {
        return start(LockOperation.RELEASE, () -> backend.release(id));
    }

    @Override
    public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
        return start(LockOperation.EXTEND, () -> backend.extend(id, ttl));
    }

    @Override
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        if (has(Fault.BEATS_READ_THEN_WRITE)) {
            return readThenWrite(extensions);
        }
        List<CompletableFuture<ExtendResult>> calls = new ArrayList<>();
        Ttl last = extensions.get(extensions.size() - 1).ttl();
        boolean stopped = false;
        for (Extension each : extensions) {
            stopped |= has(Fault.EXTENSIONS_TOGETHER_STOP_AT_ABSENT)
                    && backend.lookup(each.id()).isEmpty();
            Ttl ttl = has(Fault.EXTENSIONS_TOGETHER_MIXED_UP) ? last : each.ttl();
            calls.add(stopped ? CompletableFuture.completedFuture(new ExtendResult.Absent()) : beat(each.id(), ttl));
        }
        return calls;
    }

    /** Reads all locks, and then writes each, the last one first. */
    private List<CompletableFuture<ExtendResult>> readThenWrite(List<Extension> extensions) {
        List<CompletableFuture<ExtendResult>> calls = new ArrayList<>();
        extensions.forEach(each -> calls.add(new CompletableFuture<>()));
        start(LockOperation.EXTEND, () -> {
                    List<Supplier<ExtendResult>> writes = new ArrayList<>();
                    extensions.forEach(each -> writes.add(backend.readToExtend(each.id(), each.ttl())));
                    for (int i = writes.size() - 1; i >= 0; i--) {
                        calls.get(i).complete(writes.get(i).get());
                    }
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        calls.forEach(each -> each.completeExceptionally(failure));
                    }
                });
        return calls;
    }

    private CompletableFuture<ExtendResult> beat(LockId id, Ttl ttl) {
        if (has(Fault.BEATS_BLOCK_CALLER)) {
            Call<ExtendResult> call = new Call<>(LockOperation.EXTEND, () -> backend.extend(id, ttl));
            call.run();
            return call;
        }
        if (Thread.currentThread().isInterrupted() && has(Fault.BEATS_HEED_INTERRUPTS)) {
            return CompletableFuture.failedFuture(
                    ModelCalls.failed(LockErrorCode.ABORTED, LockOperation.EXTEND, "interrupted"));
        }
        if (has(Fault.BEATS_FAIL_WRAPPED)) {
            return extend(id, ttl).thenApply(result -> result);
        }
        if (has(Fault.BEATS_REVIVE)) {
            backend.revive(id, ttl);
        }
        boolean dead = has(Fault.BEATS_WITHOUT_TOLERANCE)
                && backend.lookup(id).filter(lock -> lock.remaining().isZero()).isPresent();
        return dead ? CompletableFuture.completedFuture(new ExtendResult.Absent()) : extend(id, ttl);
    }

    @Override
    public CompletableFuture<Void> abandon(LockKey key, LockId id, Ttl ttl) {
        return start(LockOperation.RELEASE, () -> {
            backend.abandon(key, id, ttl);
            return null;
        });
    }

    @Override
    public CompletableFuture<Boolean> isLocked(LockKey key) {
        return start(LockOperation.IS_LOCKED, () -> backend.isLocked(key));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
        return start(LockOperation.LOOKUP, () -> backend.lookup(key));
    }

    @Override
    public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
        return start(LockOperation.LOOKUP, () -> backend.lookup(id));
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
