package io.syncguard.conformance;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls of one backend of the model: how they reach the server, and how they end where no answer comes. With faults of its own. */
final class ModelCalls {
    private final ModelServer server;
    private final @Nullable Fault fault;
    private final @Nullable ModelNetwork network;
    private final Duration timeout;
    private final Runnable releaseAll;
    private final Queue<CompletableFuture<?>> inFlight = new ConcurrentLinkedQueue<>();

    /** How often connections were cut so far. Guarded by the server's monitor. */
    private int cutsSeen;

    private volatile boolean broken;
    private volatile boolean closed;

    /**
     * @param network the way to the server; null if it is reached at once
     * @param releaseAll releases the locks that this backend has taken, for a fault
     */
    ModelCalls(
            ModelServer server,
            @Nullable Fault fault,
            @Nullable ModelNetwork network,
            Duration timeout,
            Runnable releaseAll) {
        this.server = server;
        this.fault = fault;
        this.network = network;
        this.timeout = timeout;
        this.releaseAll = releaseAll;
    }

    private boolean has(Fault asked) {
        return fault == asked;
    }

    /** Sends a request, and waits for its answer. */
    <T> T answer(LockOperation operation, boolean changes, Supplier<T> request) {
        if (network == null) {
            return hasStepsOf(operation) ? request.get() : step(request);
        }
        heedCuts(network);
        // While nothing is answered, calls that were made at once all time out, however late a thread comes to run.
        if (broken && !isStalled()) {
            throw failed(LockErrorCode.SERVICE_UNAVAILABLE, operation, "no connection");
        }
        CompletableFuture<T> answer = network.isDown() && has(Fault.DOWN_CALLS_HANG)
                ? new CompletableFuture<>()
                : network.send(() -> step(request));
        inFlight.add(answer);
        if (closed && !has(Fault.CLOSE_LEAVES_CALLS) && !has(Fault.PLACE_IGNORES_CLOSE)) {
            close(answer);
        }
        try {
            return awaited(answer, operation, changes);
        } catch (LockException e) {
            if (has(Fault.CUT_RELEASE_SENT_AGAIN) && operation == LockOperation.RELEASE && isCut(e)) {
                return answer(operation, changes, request);
            }
            throw e;
        } finally {
            inFlight.remove(answer);
        }
    }

    /** Returns whether a call has failed because its connection was cut. */
    static boolean isCut(LockException failure) {
        return failure.code() == LockErrorCode.SERVICE_UNAVAILABLE && failure.isOutcomeUnknown();
    }

    private boolean hasStepsOf(LockOperation operation) {
        return fault != null && operation == fault.steps();
    }

    /**
     * Does one step of an operation. Where it is wrong that an operation has several, each step of any operation is a request of its own
     * to the server's thread.
     */
    <T> T step(Supplier<T> step) {
        boolean asked = fault != null && fault.steps() != null && !Thread.holdsLock(server);
        return asked ? server.ask(step) : step.get();
    }

    private void heedCuts(ModelNetwork way) {
        synchronized (server) {
            if (way.cuts() > cutsSeen) {
                cutsSeen = way.cuts();
                broken |= has(Fault.CUT_FOR_EVER);
                if (has(Fault.CUT_RELEASES_LOCKS)) {
                    releaseAll.run();
                }
            }
        }
    }

    boolean wasDown() {
        return network != null && network.wasDown();
    }

    boolean wasCut() {
        return network != null && network.cuts() > 0;
    }

    private static void close(CompletableFuture<?> call) {
        call.completeExceptionally(new IllegalStateException("closed"));
    }

    private <T> T awaited(CompletableFuture<T> answer, LockOperation operation, boolean changes) {
        try {
            boolean endless = has(Fault.NO_TIMEOUT)
                    || has(Fault.DOWN_CALLS_HANG)
                    || (has(Fault.PING_WITHOUT_TIMEOUT) && operation == LockOperation.PING);
            return endless ? answer.get() : answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw timedOut(operation, changes);
        } catch (InterruptedException e) {
            if (has(Fault.INTERRUPT_WAITS_FOR_ANSWER)) {
                awaitTimeout();
                Thread.currentThread().interrupt();
                throw timedOut(operation, changes);
            }
            if (!has(Fault.INTERRUPT_FLAG_TAKEN_WHILE_WAITING)) {
                Thread.currentThread().interrupt();
            }
            throw has(Fault.INTERRUPTED_CALL_WITH_KNOWN_OUTCOME)
                    ? failed(LockErrorCode.ABORTED, operation, "interrupted")
                    : unknown(LockErrorCode.ABORTED, operation, "interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LockException refused) {
                throw refused;
            }
            throw e.getCause() instanceof SocketException broken
                    ? disconnected(broken, operation, changes)
                    : has(Fault.CLOSED_DURING_CALL_WITH_KNOWN_OUTCOME)
                            ? failed(LockErrorCode.ABORTED, operation, "closed during the call")
                            : unknown(LockErrorCode.ABORTED, operation, "closed during the call");
        }
    }

    private LockException disconnected(SocketException e, LockOperation operation, boolean changes) {
        if (e instanceof ConnectException) {
            broken = has(Fault.DOWN_FOR_EVER);
            if (has(Fault.REFUSED_CALLS_KEEP_TRYING)) {
                awaitTimeout();
            }
            return failed(
                    has(Fault.DOWN_OF_ANOTHER_CODE) ? LockErrorCode.INTERNAL : LockErrorCode.SERVICE_UNAVAILABLE,
                    operation,
                    "no connection");
        }
        return changes && !has(Fault.CUT_CALL_WITH_KNOWN_OUTCOME)
                ? unknown(LockErrorCode.SERVICE_UNAVAILABLE, operation, "disconnected")
                : failed(LockErrorCode.SERVICE_UNAVAILABLE, operation, "disconnected");
    }

    private void awaitTimeout() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < timeout.toNanos()) {
            LockSupport.parkNanos(timeout.toNanos());
        }
    }

    private LockException timedOut(LockOperation operation, boolean changes) {
        broken = has(Fault.BROKEN_AFTER_TIMEOUT);
        LockErrorCode code =
                has(Fault.TIMEOUT_OF_ANOTHER_CODE) ? LockErrorCode.INTERNAL : LockErrorCode.NETWORK_TIMEOUT;
        boolean unknown = changes && !has(Fault.TIMEOUT_WITH_KNOWN_OUTCOME);
        return unknown ? unknown(code, operation, "no answer") : failed(code, operation, "no answer");
    }

    static LockException unknown(LockErrorCode code, LockOperation operation, String message) {
        return LockException.outcomeUnknown(code, operation, null, message, null);
    }

    static LockException failed(LockErrorCode code, LockOperation operation, String message) {
        return LockException.failed(code, operation, null, message, null);
    }

    boolean isStalled() {
        return network != null && network.isStalled();
    }

    boolean isDown() {
        return network != null && network.isDown();
    }

    /** Refuses calls from now on, as far as that is not the fault. */
    void closing() {
        if (!closed && network != null && !has(Fault.CLOSE_LEAVES_CONNECTION)) {
            network.disconnect();
        }
        closed = true;
    }

    /** Ends the calls that are under way. */
    void end() {
        if (has(Fault.CLOSE_WAITS_FOR_CALLS)) {
            while (!inFlight.isEmpty()) {
                Thread.yield();
            }
        } else if (!has(Fault.CLOSE_LEAVES_CALLS)) {
            inFlight.forEach(ModelCalls::close);
        }
    }
}
