package io.syncguard.redis.jedis;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Runs commands of our own client on the caller's thread, which costs no hand-over between threads. The watchdog can
 * end whatever such a call waits for, the opening of its connection included.
 *
 * <p>No more calls enter Jedis than its pool has connections; the others wait here. So no caller's thread ever waits in the
 * pool, which interrupts the threads that wait in it when it is closed, and an interrupt is always the caller's own.
 */
final class DirectRunner implements CommandRunner {
    private static final int ALL_CALLERS = Integer.MAX_VALUE / 2;

    private final UnifiedJedis client;
    private final CallWatchdog watchdog;
    private final Semaphore places;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param connections how many the client's pool has at the most
     */
    DirectRunner(UnifiedJedis client, int connections, CallWatchdog watchdog) {
        this.client = client;
        this.watchdog = watchdog;
        this.places = new Semaphore(connections);
    }

    @Override
    public @Nullable Object run(CommandObject<Object> command, InFlightCall call) {
        takePlace(call);
        try {
            return runInPlace(command, call);
        } finally {
            places.release();
        }
    }

    /** Waits until a connection is free or can be opened, within the call's time. */
    private void takePlace(InFlightCall call) {
        try {
            if (places.tryAcquire() || places.tryAcquire(call.leftNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.end(InFlightCall.End.INTERRUPTED);
            throw new JedisException("interrupted while waiting for a connection", e);
        }
        call.end(InFlightCall.End.TIMED_OUT);
        throw new JedisException("no connection became free in time");
    }

    private @Nullable Object runInPlace(CommandObject<Object> command, InFlightCall call) {
        call.begin();
        watchdog.join(call);
        try {
            return client.executeCommand(command);
        } catch (RuntimeException e) {
            if (JedisFailures.isInterrupt(e)) {
                call.end(InFlightCall.End.INTERRUPTED);
            }
            throw e;
        } finally {
            watchdog.leave(call);
        }
    }

    @Override
    public void fellSilent() {
        IdleConnections.closeThoseOf(client);
    }

    /** Closes the client as well. */
    @Override
    public void close() {
        watchdog.close();
        if (closed.compareAndSet(false, true)) {
            // A caller that is let in finds its call ended.
            places.release(ALL_CALLERS);
        }
        client.close();
    }
}
