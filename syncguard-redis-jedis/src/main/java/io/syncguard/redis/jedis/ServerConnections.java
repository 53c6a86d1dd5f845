package io.syncguard.redis.jedis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A backend's own connections to one server. Calls run on the caller's thread, on the idle connection that was used last; where none
 * is idle one is opened, up to a number. Thread-safe.
 *
 * <p>A caller waits here for one of as many places as there may be connections. Nothing but its own interrupt interrupts it, and the
 * watchdog ends its call whatever it waits for.
 *
 * <p>What becomes of one connection may have become of the idle ones, which lead to the same place. If one falls silent, or its
 * server is no master any more, they are closed. If one is closed by the server, they are tried before they are used. A connection that
 * was not used for a while is closed.
 */
final class ServerConnections implements ConnectionSource.Keeper {
    /** How long a connection stays open unused. Shorter than what firewalls and servers commonly allow. */
    static final Duration UNUSED = Duration.ofSeconds(60);

    private static final int ALL_CALLERS = Integer.MAX_VALUE / 2;

    private final ConnectionSource source;
    private final CallWatchdog watchdog;
    private final int most;
    private final long unusedNanos;
    private final Semaphore places;

    /** The one that was used last comes first. Guarded by itself. */
    private final ArrayDeque<OpenConnection> idle = new ArrayDeque<>();

    /** Connections that have been idle since before are tried before they are used. */
    private volatile long suspectBefore = System.nanoTime();

    private volatile boolean closed;

    /**
     * @param most how many connections there may be
     * @param unused how long a connection stays open unused
     */
    ServerConnections(ConnectionSource source, int most, Duration unused, CallWatchdog watchdog) {
        this.source = source;
        this.most = most;
        this.unusedNanos = unused.toNanos();
        this.watchdog = watchdog;
        this.places = new Semaphore(most);
        watchdog.tend(this);
    }

    /**
     * Returns the reply. Blocks until the call's deadline at the latest.
     *
     * @param asking whether the server is to answer for a slot that is still on its way to it
     * @throws JedisException what Jedis threw; {@link InFlightCall#ended()} says whether the call was ended from outside
     */
    @Nullable
    Object run(CommandArguments command, boolean asking, InFlightCall call) {
        call.awaitPermit(places);
        try {
            call.begin();
            call.closeOn(source.closer());
            watchdog.join(call);
            try {
                return runInPlace(command, asking, call);
            } finally {
                watchdog.leave(call);
            }
        } finally {
            places.release();
        }
    }

    private @Nullable Object runInPlace(CommandArguments command, boolean asking, InFlightCall call) {
        OpenConnection lent = lend(call);
        RuntimeException failure = null;
        try {
            return Exchange.on(lent, command, asking, call);
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            call.letGo();
            giveBack(lent, call, failure);
        }
    }

    private OpenConnection lend(InFlightCall call) {
        if (closed || source.isClosed()) {
            closeIdle();
            throw closedException();
        }
        OpenConnection used = pollIdle();
        while (used != null) {
            if (works(used, call)) {
                return used;
            }
            source.discard(used);
            used = pollIdle();
        }
        return source.open(call, this);
    }

    private boolean works(OpenConnection used, InFlightCall call) {
        if (used.unusedSince() - suspectBefore > 0) {
            return !used.connection().isBroken();
        }
        try {
            return Exchange.isAnswered(used, call);
        } catch (RuntimeException e) {
            source.discard(used);
            throw e;
        } finally {
            if (call.ended() == InFlightCall.End.TIMED_OUT) {
                // The others lead to the same place.
                closeIdle();
            }
        }
    }

    /** Returns what a call fails with whose connections were closed before it was sent. */
    static JedisException closedException() {
        return new JedisException("no connection can be had", new IllegalStateException("the connections are closed"));
    }

    private void giveBack(OpenConnection lent, InFlightCall call, @Nullable RuntimeException failure) {
        if (lent.isUsable()) {
            lent.unusedSince(System.nanoTime());
            if (addIdle(lent)) {
                return;
            }
        }
        source.discard(lent);
        InFlightCall.End end = call.ended();
        if (end == null && JedisFailures.isConnectionClosed(failure)) {
            suspectBefore = System.nanoTime();
        } else if (end == null || end == InFlightCall.End.TIMED_OUT) {
            closeIdle();
        }
    }

    @Override
    public @Nullable OpenConnection pollIdle() {
        synchronized (idle) {
            return idle.pollFirst();
        }
    }

    private boolean addIdle(OpenConnection connection) {
        synchronized (idle) {
            // Its owner may have closed the client while this one was lent.
            if (closed || source.isClosed()) {
                return false;
            }
            idle.addFirst(connection);
            return true;
        }
    }

    @Override
    public void keep(OpenConnection late) {
        late.unusedSince(System.nanoTime());
        boolean kept;
        synchronized (idle) {
            int lent = most - places.availablePermits();
            kept = !closed && lent + idle.size() < most && addIdle(late);
        }
        if (kept) {
            watchdog.wake();
        } else {
            source.discard(late);
        }
    }

    /** Closes the idle connections. */
    void closeIdle() {
        List<OpenConnection> closing;
        synchronized (idle) {
            closing = new ArrayList<>(idle);
            idle.clear();
        }
        closing.forEach(source::discard);
    }

    /** Closes connections that were not used for a while; returns in how many nanoseconds the next may be due, or the largest number. */
    long closeUnused(long nowNanos) {
        List<OpenConnection> closing = new ArrayList<>();
        long due = Long.MAX_VALUE;
        synchronized (idle) {
            Iterator<OpenConnection> longestUnusedFirst = idle.descendingIterator();
            while (longestUnusedFirst.hasNext() && due == Long.MAX_VALUE) {
                OpenConnection each = longestUnusedFirst.next();
                long left = each.unusedSince() + unusedNanos - nowNanos;
                if (left > 0) {
                    due = left;
                } else {
                    longestUnusedFirst.remove();
                    closing.add(each);
                }
            }
        }
        closing.forEach(source::discard);
        return due;
    }

    /** Closes what is idle now, and what is lent as soon as it is given back. Callers that wait here fail. */
    void close() {
        watchdog.leaveAlone(this);
        boolean first;
        synchronized (idle) {
            first = !closed;
            closed = true;
        }
        if (first) {
            source.close();
            // A caller that is let in finds this closed.
            places.release(ALL_CALLERS);
        }
        closeIdle();
    }
}
