package io.syncguard.internal.call;

import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.internal.observe.Observers;
import io.syncguard.internal.observe.RunningOperation;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests to a backend, in either view, and tells of them. Whatever a backend throws in place of a
 * {@link LockException} becomes one whose outcome is unknown. Thread-safe.
 */
public final class BackendCaller {
    private final LockBackend backend;
    private final AsyncLockBackend async;
    private final Observers observers;

    /** Whether calls of the application are refused; requests of the guard itself still pass. */
    private volatile boolean closed;

    /**
     * Creates a caller.
     *
     * @param observers are told of all requests but attempts to acquire, which are told of as a whole
     */
    public BackendCaller(LockBackend backend, Observers observers) {
        this.backend = backend;
        this.async = backend.async();
        this.observers = observers;
    }

    /** Returns whether the calling thread may wait for an answer (OPT-5). */
    public boolean mayBlock() {
        try {
            return async.mayBlock();
        } catch (Throwable defect) {
            return true;
        }
    }

    /**
     * Refuses to wait on a thread that has to read the answer itself (OPT-5). For waits in which the backend is not asked at once.
     *
     * @throws LockException {@code ABORTED} on such a thread
     */
    public void refuseIfMayNotBlock(LockOperation operation, Supplier<String> fingerprint) {
        if (!mayBlock()) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    operation,
                    fingerprint.get(),
                    "the call has to wait for its turn, and this thread has to read the answers of the calls before it, so it"
                            + " would wait for ever; stay asynchronous, or move the call to another thread; nothing was sent",
                    null);
        }
    }

    /** Has {@link #refusal} refuse calls of the application from now on: the guard is closed, also while its closing goes on. */
    public void refuseCallers() {
        closed = true;
    }

    /** Returns why a call of the application is refused, of which is told; null if it is not. */
    public @Nullable LockException refusal(BackendCall<?> call) {
        LockException refusal = untoldRefusal(call);
        if (refusal != null) {
            observers.refused(call.operation(), call, refusal);
        }
        return refusal;
    }

    /** Returns why a call of the application is refused, of whose end somebody else tells; null if it is not. */
    public @Nullable LockException untoldRefusal(BackendCall<?> call) {
        return closed
                ? failure(
                        call,
                        LockException.failed(
                                LockErrorCode.ABORTED,
                                call.operation(),
                                call.fingerprint(),
                                "the SyncGuard is closed; nothing was sent. Close it after the last call, or open another one",
                                null))
                : null;
    }

    /**
     * Makes a request of the application's on the calling thread, which blocks.
     *
     * @throws LockException {@code ABORTED} if the guard is closed; whatever the backend failed with
     */
    public <T> T ask(BackendCall<T> call) {
        LockException refusal = refusal(call);
        if (refusal != null) {
            throw refusal;
        }
        return call(call);
    }

    /**
     * Returns a fresh id for an acquisition of a key.
     *
     * @throws LockException {@code INTERNAL} if the backend throws anything else
     */
    public LockId newLockId(LockKey key) {
        try {
            return Objects.requireNonNull(backend.newLockId(key), "newLockId()");
        } catch (LockException e) {
            throw e;
        } catch (Throwable defect) {
            throw LockException.failed(
                    LockErrorCode.INTERNAL,
                    LockOperation.ACQUIRE,
                    key.fingerprint(),
                    "the backend made no lock id, which is a defect of the backend; nothing was sent",
                    defect);
        }
    }

    /**
     * Makes a request on the calling thread, which blocks.
     *
     * @throws LockException whatever the backend failed with
     */
    public <T> T call(BackendCall<T> call) {
        return call(call, begins(call, Origin.CALLER));
    }

    /**
     * Makes a request, of an operation that has begun, on the calling thread, which blocks.
     *
     * @param running is told the end; null if nobody wants to know
     * @throws LockException whatever the backend failed with
     */
    public <T> T call(BackendCall<T> call, @Nullable RunningOperation running) {
        T answer;
        try {
            answer = call.call(backend);
        } catch (Throwable e) {
            throw failed(running, failure(call, e));
        }
        if (answer == null) {
            LockException failure = failure(call, null, null);
            if (failure != null) {
                throw failed(running, failure);
            }
        }
        if (running != null) {
            running.ended(call.outcome(answer), null, 1, null);
        }
        return answer;
    }

    private @Nullable RunningOperation begins(BackendCall<?> call, Origin origin) {
        return call.operation() == LockOperation.ACQUIRE ? null : observers.begins(call.operation(), origin, call);
    }

    private static LockException failed(@Nullable RunningOperation running, LockException failure) {
        if (running != null) {
            running.ended(Outcome.FAILED, failure, 1, null);
        }
        return failure;
    }

    /** Makes a request without blocking. Throws nothing; {@code failure} says what the future failed with. */
    public <T extends @Nullable Object> CompletableFuture<T> send(BackendCall<T> call, Origin origin) {
        return send(call, begins(call, origin));
    }

    /**
     * Makes a request, of an operation that has begun, without blocking. Throws nothing.
     *
     * @param running is told the end; null if nobody wants to know
     */
    public <T extends @Nullable Object> CompletableFuture<T> send(
            BackendCall<T> call, @Nullable RunningOperation running) {
        CompletableFuture<T> future;
        try {
            future = call.send(async);
        } catch (Throwable e) {
            future = CompletableFuture.failedFuture(failure(call, e));
        }
        return observed(call, future, running);
    }

    /**
     * Extends several locks together, as a heartbeat. Throws nothing.
     *
     * @return a future for each, whatever the backend returned
     */
    public List<CompletableFuture<ExtendResult>> extendAll(List<BackendCall.Extend> calls) {
        List<@Nullable RunningOperation> running = new ArrayList<>(calls.size());
        calls.forEach(call -> running.add(begins(call, Origin.HEARTBEAT)));
        List<CompletableFuture<ExtendResult>> answers = List.of();
        Throwable defect = null;
        try {
            answers = async.extendAll(calls.stream()
                    .map(call -> new Extension(call.id(), call.ttl()))
                    .toList());
        } catch (Throwable e) {
            defect = e;
        }
        List<CompletableFuture<ExtendResult>> futures = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            BackendCall<ExtendResult> call = calls.get(i);
            CompletableFuture<ExtendResult> future = answers != null && i < answers.size() ? answers.get(i) : null;
            if (future == null) {
                Throwable missing =
                        defect == null ? new IllegalStateException("extendAll returned too few futures") : defect;
                future = CompletableFuture.failedFuture(failure(call, missing));
            }
            futures.add(observed(call, future, running.get(i)));
        }
        return futures;
    }

    /** Returns what a request failed with, as an exception of this library's. */
    public static LockException failure(BackendCall<?> call, Throwable thrown) {
        LockException failure = LockException.of(thrown, call.operation(), call.fingerprint());
        LockKey key = call.key();
        return key == null ? failure : failure.about(call.name(), key.fingerprint());
    }

    /**
     * Returns what a request failed with; null if it was answered. An answer of null is none: such a request may have taken
     * effect.
     */
    public static @Nullable LockException failure(
            BackendCall<?> call, @Nullable Object answer, @Nullable Throwable thrown) {
        if (thrown != null) {
            return failure(call, thrown);
        }
        return answer != null || call instanceof BackendCall.Abandon
                ? null
                : failure(call, new NullPointerException("the backend answered null"));
    }

    private static <T extends @Nullable Object> CompletableFuture<T> observed(
            BackendCall<T> call, @Nullable CompletableFuture<T> future, @Nullable RunningOperation running) {
        CompletableFuture<T> answer = future == null
                ? CompletableFuture.failedFuture(
                        failure(call, new NullPointerException("the backend returned no future")))
                : future;
        return running == null ? answer : ObservedAnswer.of(call, answer, running);
    }
}
