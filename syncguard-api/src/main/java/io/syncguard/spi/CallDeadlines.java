package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says when the calls of one backend end (OPT-2). Until the backend has its first connection, a call ends after the connect timeout.
 * From then on it ends one operation timeout after its start, or after that connection if that came later. So a call takes no longer
 * than both timeouts together, and one that starts later no longer than the operation timeout.
 *
 * <p>The deadline of a call that started before the first connection moves when that connection is there. Code that waits for the
 * deadline asks again after {@link #untilNextLookNanos}. All times are those of {@link System#nanoTime()}. Thread-safe. Nothing blocks.
 */
public final class CallDeadlines {
    /** How often a call that waits for the first connection looks whether its deadline has moved. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Before any call that may still be under way. */
    private static final long LONG_AGO_NANOS = TimeUnit.DAYS.toNanos(1);

    private final Duration operationTimeout;
    private final Duration connectTimeout;
    private final long operationNanos;
    private final long connectNanos;
    private final AtomicBoolean claimed = new AtomicBoolean();

    /** Written before {@link #connected} is. */
    private long connectedNanos;

    private volatile boolean connected;

    private CallDeadlines(Duration operationTimeout, Duration connectTimeout) {
        this.operationTimeout = operationTimeout;
        this.connectTimeout = connectTimeout;
        this.operationNanos = operationTimeout.toNanos();
        this.connectNanos = connectTimeout.toNanos();
    }

    /**
     * Returns the deadlines of a backend that was never connected.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a timeout is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public static CallDeadlines of(Duration operationTimeout, Duration connectTimeout) {
        return new CallDeadlines(
                BackendTimeout.OPERATION.checked(operationTimeout), BackendTimeout.CONNECT.checked(connectTimeout));
    }

    /**
     * Returns deadlines that only the operation timeout sets, as if there had been a connection before.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the timeout is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public static CallDeadlines withinOperationTimeout(Duration operationTimeout) {
        CallDeadlines deadlines = of(operationTimeout, operationTimeout);
        deadlines.connectedAt(System.nanoTime() - LONG_AGO_NANOS);
        return deadlines;
    }

    /** Called when a call can be sent: there is a connection. Only the first time counts. */
    public void connected() {
        if (!connected) {
            connectedAt(System.nanoTime());
        }
    }

    private void connectedAt(long nanos) {
        if (claimed.compareAndSet(false, true)) {
            connectedNanos = nanos;
            connected = true;
        }
    }

    /** Returns whether there has been a connection. */
    public boolean isConnected() {
        return connected;
    }

    /** Returns when a call ends, as far as is known now. */
    public long deadlineNanos(long startedNanos) {
        if (!connected) {
            return startedNanos + connectNanos;
        }
        return (connectedNanos - startedNanos > 0 ? connectedNanos : startedNanos) + operationNanos;
    }

    /** Returns how long to wait until the call's deadline, or until it has to be asked for again; not positive if it is over. */
    public long untilNextLookNanos(long startedNanos) {
        // In this order: a deadline that has moved in between is not missed.
        boolean settled = connected;
        long leftNanos = deadlineNanos(startedNanos) - System.nanoTime();
        return settled ? leftNanos : Math.min(leftNanos, LOOK_NANOS);
    }

    /** Returns how long a connection may take that is opened now: the connect timeout for the first one. */
    public Duration openingTimeout() {
        return connected ? operationTimeout : connectTimeout;
    }

    /** Returns {@link #openingTimeout()} in nanoseconds. */
    public long openingNanos() {
        return connected ? operationNanos : connectNanos;
    }

    /** Returns {@link #openingTimeout()} in words, with the name of its option. */
    public String openingTimeoutInWords() {
        return connected
                ? "the operation timeout (" + BackendTimeout.OPERATION.uriParameter() + ")"
                : "the connect timeout of " + connectTimeout.toMillis() + " ms ("
                        + BackendTimeout.CONNECT.uriParameter() + ")";
    }

    /** Returns the operation timeout. */
    public Duration operationTimeout() {
        return operationTimeout;
    }

    /** Returns the operation timeout in nanoseconds. */
    public long operationNanos() {
        return operationNanos;
    }
}
