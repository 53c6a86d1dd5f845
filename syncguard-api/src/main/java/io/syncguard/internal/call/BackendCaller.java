package io.syncguard.internal.call;

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

    /** Returns a fresh id for an acquisition of a key. */
    public LockId newLockId(LockKey key) {
        return backend.newLockId(key);
    }

    /**
     * Makes a request on the calling thread, which blocks.
     *
     * @throws LockException whatever the backend failed with
     */
    public <T> T call(BackendCall<T> call) {
        long startedNanos = events == null ? 0 : System.nanoTime();
        T answer;
        try {
            answer = call.call(backend);
            if (answer == null && !(call instanceof BackendCall.Abandon)) {
                throw new NullPointerException("the backend answered null");
            }
        } catch (Throwable e) {
            LockException failure = failure(call, e);
            tell(call, Origin.CALLER, Outcome.FAILED, failure, startedNanos);
            throw failure;
        }
        if (events != null) {
            tell(call, Origin.CALLER, call.outcome(answer), null, startedNanos);
        }
        return answer;
    }

    /** Makes a request without blocking. Throws nothing; {@link #failure} says what the future failed with. */
    public <T extends @Nullable Object> CompletableFuture<T> send(BackendCall<T> call, Origin origin) {
        long startedNanos = events == null ? 0 : System.nanoTime();
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
    public List<CompletableFuture<ExtendResult>> extendAll(List<Extension> extensions) {
        long startedNanos = events == null ? 0 : System.nanoTime();
        List<CompletableFuture<ExtendResult>> answers = List.of();
        Throwable defect = null;
        try {
            answers = async.extendAll(extensions);
        } catch (Throwable e) {
            defect = e;
        }
        List<CompletableFuture<ExtendResult>> futures = new ArrayList<>(extensions.size());
        for (int i = 0; i < extensions.size(); i++) {
            Extension extension = extensions.get(i);
            BackendCall<ExtendResult> call = new BackendCall.Extend(extension.id(), extension.ttl());
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
        return LockException.of(thrown, call.operation(), call.fingerprint());
    }

    private <T extends @Nullable Object> CompletableFuture<T> observed(
            BackendCall<T> call, Origin origin, @Nullable CompletableFuture<T> future, long startedNanos) {
        if (future == null) {
            return CompletableFuture.failedFuture(
                    failure(call, new NullPointerException("the backend returned no future")));
        }
        if (events != null) {
            future.whenComplete((answer, thrown) -> {
                if (thrown == null) {
                    tell(call, origin, call.outcome(answer), null, startedNanos);
                } else {
                    tell(call, origin, Outcome.FAILED, failure(call, thrown), startedNanos);
                }
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
            to.ended(call.operation(), origin, outcome, failure, startedNanos, 1, call.key(), call.id(), null);
        }
    }
}
