package io.syncguard.redis.jedis;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends calls whose caller was interrupted or whose time is over (OPT-1, OPT-2), which a thread that blocks in a socket
 * cannot do for itself. One thread looks at all calls in flight a hundred times a second, and sleeps while there are
 * none; a call pays for a set entry and no hand-over between threads. The same thread has connections closed that
 * nobody uses. Thread-safe.
 */
final class CallWatchdog implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** With very many calls, looking at them all must not keep a processor busy: so many times that long is rested. */
    private static final int REST = 20;

    private static final long LONGEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int IDLE_TICKS_BEFORE_SLEEP = 100;
    private static final long CLOSE_MILLIS = 1_000;

    /** How often it looks for unused connections while there are calls. */
    private static final long TENDING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Set<InFlightCall> calls = ConcurrentHashMap.newKeySet();
    private final Set<ServerConnections> tended = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this::watch, "syncguard-jedis-watchdog");
    private volatile boolean begun;
    private volatile boolean asleep;
    private volatile boolean closed;

    /** Creates one whose thread begins with the first call. */
    CallWatchdog() {
        thread.setDaemon(true);
    }

    /** Watches a call until {@link #leave}. */
    void join(InFlightCall call) {
        if (!begun) {
            begin();
        }
        calls.add(call);
        if (asleep) {
            LockSupport.unpark(thread);
        }
        if (closed) {
            call.end(InFlightCall.End.CLOSED);
        }
    }

    private synchronized void begin() {
        if (!begun && !closed) {
            thread.start();
            begun = true;
        }
    }

    void leave(InFlightCall call) {
        calls.remove(call);
        call.finish();
    }

    /** Has unused connections of a server closed until {@link #leaveAlone}. */
    void tend(ServerConnections connections) {
        tended.add(connections);
    }

    void leaveAlone(ServerConnections connections) {
        tended.remove(connections);
    }

    /** Called when a connection has become idle without a call. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Returns in how many nanoseconds a connection may be due, or the largest number if none is idle. */
    private long closeUnused(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (ServerConnections each : tended) {
            next = Math.min(next, each.closeUnused(nowNanos));
        }
        return next;
    }

    /** Returns the call a thread is in, or null; asked only when a connection is opened. */
    @Nullable
    InFlightCall callOf(Thread caller) {
        for (InFlightCall call : calls) {
            if (call.isRunBy(caller)) {
                return call;
            }
        }
        return null;
    }

    private void watch() {
        int idleTicks = 0;
        long tendedNanos = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            if (now - tendedNanos >= TENDING_NANOS) {
                tendedNanos = now;
                closeUnused(now);
            }
            calls.forEach(call -> endIfDue(call, now));
            long lookedNanos = System.nanoTime() - now;
            idleTicks = calls.isEmpty() ? idleTicks + 1 : 0;
            if (idleTicks < IDLE_TICKS_BEFORE_SLEEP) {
                LockSupport.parkNanos(this, Math.min(LONGEST_TICK_NANOS, Math.max(TICK_NANOS, lookedNanos * REST)));
            } else {
                sleep();
                idleTicks = 0;
            }
        }
    }

    /** What goes wrong with one call, as where no thread can be started, must not end the watch over the others. */
    private static void endIfDue(InFlightCall call, long nowNanos) {
        try {
            call.endIfDue(nowNanos);
        } catch (RuntimeException | OutOfMemoryError e) {
            // The next look tries again.
        }
    }

    /** A call either sees that the thread is asleep, or is seen by it before it sleeps. */
    private void sleep() {
        asleep = true;
        if (calls.isEmpty() && !closed) {
            // After the look at the calls: the last one has given its connection back before it left.
            LockSupport.parkNanos(this, closeUnused(System.nanoTime()));
        }
        asleep = false;
    }

    /** Ends all calls in flight and the thread. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        calls.forEach(call -> {
            call.end(InFlightCall.End.CLOSED);
        });
        LockSupport.unpark(thread);
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
