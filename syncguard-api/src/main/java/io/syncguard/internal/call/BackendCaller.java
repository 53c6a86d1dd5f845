package io.syncguard.internal.call;

import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.internal.observe.EventDispatcher;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests to a backend, in either view, and tells the listener how they ended. Whatever a backend throws in place of a
 * {@link LockException} becomes one whose outcome is unknown. Thread-safe.
 */
public final class BackendCaller {
    private final LockBackend backend;
    private final AsyncLockBackend async;
    private final @Nullable EventDispatcher events;

    /**
     * Creates a caller.
     *
     * @param events null if nothing listens
     */
    public BackendCaller(LockBackend backend, @Nullable EventDispatcher events) {
        this.backend = backend;
        this.async = backend.async();
        this.events = events;
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
        long startedNanos = events == null ? 0 : events.nanoTime();
        T answer;
        try {
            answer = call.call(backend);
        } catch (Throwable e) {
            throw failed(call, failure(call, e), startedNanos);
        }
        if (answer == null) {
            LockException failure = failure(call, null, null);
            if (failure != null) {
                throw failed(call, failure, startedNanos);
            }
        }
        if (events != null) {
            tell(call, Origin.CALLER, call.outcome(answer), null, startedNanos);
        }
        return answer;
    }

    private LockException failed(BackendCall<?> call, LockException failure, long startedNanos) {
        tell(call, Origin.CALLER, Outcome.FAILED, failure, startedNanos);
        return failure;
    }

    /** Makes a request without blocking. Throws nothing; {@code failure} says what the future failed with. */
    public <T extends @Nullable Object> CompletableFuture<T> send(BackendCall<T> call, Origin origin) {
        long startedNanos = events == null ? 0 : events.nanoTime();
        CompletableFuture<T> future;
        try {
            future = call.send(async);
        } catch (Throwable e) {
            future = CompletableFuture.failedFuture(failure(call, e));
        }
        return observed(call, origin, future, startedNanos);
    }

    /**
     * Extends several locks together, as a heartbeat. Throws nothing.
     *
     * @return a future for each, whatever the backend returned
     */
    public List<CompletableFuture<ExtendResult>> extendAll(List<BackendCall.Extend> calls) {
        long startedNanos = events == null ? 0 : events.nanoTime();
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
            futures.add(observed(call, Origin.HEARTBEAT, future, startedNanos));
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

    private <T extends @Nullable Object> CompletableFuture<T> observed(
            BackendCall<T> call, Origin origin, @Nullable CompletableFuture<T> future, long startedNanos) {
        if (future == null) {
            return CompletableFuture.failedFuture(
                    failure(call, new NullPointerException("the backend returned no future")));
        }
        if (events != null) {
            future.whenComplete((answer, thrown) -> {
                LockException failure = failure(call, answer, thrown);
                tell(call, origin, failure == null ? call.outcome(answer) : Outcome.FAILED, failure, startedNanos);
            });
        }
        return future;
    }

    private <T extends @Nullable Object> void tell(
            BackendCall<T> call,
            Origin origin,
            @Nullable Outcome outcome,
            @Nullable LockException failure,
            long startedNanos) {
        EventDispatcher to = events;
        if (to != null && outcome != null && call.operation() != LockOperation.ACQUIRE) {
            to.ended(call.operation(), origin, outcome, failure, startedNanos, 1, call, null);
        }
    }
}
