package io.syncguard.redis.jedis;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Builder;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One request on its way, which another thread can end: by cutting its connection while it waits for the reply, or by
 * interrupting its thread while it waits for a connection.
 *
 * <p>Jedis tells it which connection was chosen right before the request is sent, and hands it the reply before the
 * connection goes back to the pool. Between the two, and only then, the connection is this call's to cut.
 */
final class InFlightCall extends Builder<Object> implements Consumer<Connection> {
    /** Why a call was ended from outside. */
    enum End {
        INTERRUPTED,
        TIMED_OUT,
        CLOSED
    }

    private final Thread caller = Thread.currentThread();
    private final long deadlineNanos;

    private @Nullable Connection connection;
    private @Nullable End end;
    private boolean sent;
    private boolean answered;
    private boolean interruptedByUs;

    InFlightCall(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    /** Called by Jedis on the caller's thread, right before the request is sent. */
    @Override
    public synchronized void accept(Connection chosen) {
        if (end != null) {
            throw new JedisException("ended before it was sent");
        }
        connection = chosen;
        sent = true;
    }

    /** Called by Jedis on the caller's thread, with the reply, while the connection is still this call's. */
    @Override
    public synchronized Object build(Object reply) {
        connection = null;
        answered = true;
        return reply;
    }

    /** Called by the watchdog: ends the call if its caller was interrupted or its time is over. */
    void endIfDue(long nowNanos) {
        if (caller.isInterrupted()) {
            end(End.INTERRUPTED);
        } else if (nowNanos - deadlineNanos >= 0) {
            end(End.TIMED_OUT);
        }
    }

    /** Ends the call from another thread, unless it is ending already. */
    synchronized void end(End why) {
        if (end != null || answered) {
            return;
        }
        end = why;
        Connection used = connection;
        if (used != null) {
            cut(used);
        } else if (why != End.INTERRUPTED) {
            interruptedByUs = true;
            caller.interrupt();
        }
    }

    private static void cut(Connection connection) {
        try {
            connection.forceDisconnect();
        } catch (IOException e) {
            // The socket is closed or as good as closed.
        }
    }

    /** Called on the caller's thread when Jedis has returned or thrown: from here on nobody ends the call. */
    synchronized void finish() {
        connection = null;
        answered = true;
        if (interruptedByUs) {
            // Swallows our own interrupt, which may or may not have been noticed.
            boolean unused = Thread.interrupted();
        }
    }

    /** Returns why the call was ended from outside, or null if it was not. */
    synchronized @Nullable End ended() {
        return end;
    }

    /** Returns whether the request may have reached the server. */
    synchronized boolean wasSent() {
        return sent;
    }
}
