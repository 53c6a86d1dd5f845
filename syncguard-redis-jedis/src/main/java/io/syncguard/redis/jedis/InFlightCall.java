package io.syncguard.redis.jedis;

import io.syncguard.redis.common.ReplicaAcks;
import io.syncguard.spi.CallDeadlines;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Builder;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One request on its way, which another thread can end: by cutting its connection while it waits for the reply, by
 * cutting the socket of a connection that is being opened for it, or, on a worker of ours, by interrupting the worker
 * while it waits for a connection. A caller's own thread is never interrupted: nobody could tell that interrupt from
 * one of the caller's.
 *
 * <p>A connection is this call's to cut from the moment at which it is lent to the call until it is let go of, and only then. A client
 * that keeps its connections to itself tells it which one it has chosen, right before it sends the request, and hands it the reply
 * before the connection goes back to the client's pool.
 */
final class InFlightCall extends Builder<Object> implements Consumer<Connection> {
    /** Why a call was ended from outside. */
    enum End {
        INTERRUPTED,
        TIMED_OUT,
        CLOSED
    }

    private static final long CUT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Null if the call ends at a fixed time. */
    private final @Nullable CallDeadlines deadlines;

    /** When it began, or that time. */
    private final long nanos;

    private final @Nullable ReplicaAcks acks;

    /** The thread that is in Jedis with this call. */
    private @Nullable Thread runner;

    private @Nullable Socket opening;
    private @Nullable Connection connection;
    private @Nullable End end;
    private @Nullable Runnable halfTime;
    private long routedNanos;
    private Executor closer = Runnable::run;
    private boolean sent;
    private boolean sentBefore;
    private boolean isWriting;
    private boolean wasSeenWriting;
    private boolean answered;
    private boolean worker;

    /** How many replicas have what it wrote; negative while that is not known. */
    private volatile long replicas = -1;

    /**
     * Creates a call of a backend's.
     *
     * @param deadlines say when it ends; are told when it is sent over a connection
     * @param acks which replicas are asked after it; null if none are
     */
    InFlightCall(CallDeadlines deadlines, long startedNanos, @Nullable ReplicaAcks acks) {
        this(acks, deadlines, startedNanos);
    }

    /** Creates a request that is no call of a backend's and ends at a fixed time. */
    InFlightCall(long deadlineNanos) {
        this(null, null, deadlineNanos);
    }

    private InFlightCall(@Nullable ReplicaAcks acks, @Nullable CallDeadlines deadlines, long nanos) {
        this.deadlines = deadlines;
        this.nanos = nanos;
        this.acks = acks;
    }

    /** Returns the command that asks the replicas; null if none are asked. */
    @Nullable
    CommandArguments question() {
        return acks == null
                ? null
                : new CommandArguments(Command.WAIT)
                        .add(Integer.toString(acks.replicas()))
                        .add(Long.toString(acks.timeout().toMillis()));
    }

    /** Reads, from the connection it was sent on, how many replicas have what the call wrote. */
    void readReplicas(Connection asked) {
        try {
            replicas = asked.getOne() instanceof Long count ? count : 0;
        } catch (JedisDataException refused) {
            // The server does not tell, and nobody may rely on what it does not tell.
            replicas = 0;
        }
    }

    long replicas() {
        return replicas;
    }

    /** Called on a worker of ours that goes into Jedis, before it does. */
    synchronized void beginOnWorker() {
        begin();
        worker = true;
    }

    /** Called on the caller's own thread that goes into Jedis, before it does; again if it goes to another server. */
    synchronized void begin() {
        if (end != null) {
            throw new JedisException("ended before it began");
        }
        runner = Thread.currentThread();
        answered = false;
    }

    /**
     * Waits for a permit within the time of the call, and ends the call if none comes or its thread is interrupted.
     *
     * @throws JedisException if it was ended
     */
    void awaitPermit(Semaphore permits) {
        try {
            if (permits.tryAcquire()) {
                return;
            }
            for (long wait = waitNanos(); wait > 0; wait = waitNanos()) {
                if (permits.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(End.INTERRUPTED);
            throw new JedisException("interrupted while waiting for a connection", e);
        }
        end(End.TIMED_OUT);
        throw new JedisException("no connection became free in time");
    }

    /**
     * Returns what a future completes with, or ends the call when its time is over or its thread is interrupted.
     *
     * @throws RuntimeException what the future fails with; that connections are closed if it is cancelled
     */
    <T> T await(CompletableFuture<T> future) {
        try {
            while (true) {
                try {
                    return future.get(Math.max(1, waitNanos()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (leftNanos() <= 0) {
                        end(End.TIMED_OUT);
                        throw new JedisException("no connection could be had in time", e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(End.INTERRUPTED);
            throw new JedisException("interrupted while waiting for a connection", e);
        } catch (CancellationException e) {
            throw ServerConnections.closedException();
        } catch (ExecutionException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof RuntimeException runtime ? runtime : new JedisException(cause);
        }
    }

    /**
     * Waits for a moment, or ends the call if its thread is interrupted.
     *
     * @throws JedisException if it is
     */
    void pause(long nanos) {
        LockSupport.parkNanos(this, nanos);
        if (Thread.currentThread().isInterrupted()) {
            end(End.INTERRUPTED);
            throw new JedisException("interrupted between two servers");
        }
    }

    /** Has something run, again and again, while the call goes on and half of its time is over. It must not block. */
    synchronized void whenHalfTimeIsOver(Runnable action) {
        routedNanos = System.nanoTime();
        halfTime = action;
    }

    /** Called on the runner's thread when no server has done anything with the request, before it goes to another one. */
    synchronized void goOn() {
        sent = false;
        answered = false;
    }

    /** Called on the runner's thread: from here on the connection is this call's to cut, until it is let go of. */
    synchronized void claim(Connection chosen) {
        if (end != null) {
            throw new JedisException("ended before it was sent");
        }
        opening = null;
        connection = chosen;
    }

    /**
     * Called on the runner's thread: sends the request and, if replicas are to be asked after it, the question.
     *
     * @return whether there is an answer to the question to be read after the reply
     */
    boolean send(Connection claimed, CommandArguments command, boolean asking) {
        CommandArguments question = question();
        write(claimed, true, () -> {
            if (asking) {
                claimed.sendCommand(Command.ASKING);
            }
            claimed.sendCommand(command);
            if (question != null) {
                claimed.sendCommand(question);
            }
        });
        return question != null;
    }

    /** Called on the runner's thread: asks for a sign of life before the request is sent. */
    void sendPing(Connection claimed) {
        write(claimed, false, () -> claimed.sendCommand(Command.PING));
    }

    /**
     * Not under the monitor: a server that hangs may not even take in what is written. The watchdog cuts what is being written only at
     * its second look, because Jedis connects a connection that was cut before its first word anew, without a login; what that gets is
     * thrown away unsent.
     */
    private void write(Connection claimed, boolean request, Runnable writing) {
        synchronized (this) {
            refuseIfCut(claimed);
            sent |= request;
            isWriting = true;
            wasSeenWriting = false;
        }
        if (request) {
            hasConnection();
        }
        try {
            writing.run();
        } finally {
            synchronized (this) {
                isWriting = false;
            }
        }
        if (ended() != null) {
            claimed.setBroken();
            closer.execute(() -> disconnect(claimed));
            throw new JedisConnectionException("cut while it was sent");
        }
    }

    private void refuseIfCut(Connection claimed) {
        if (end != null || !claimed.isConnected()) {
            throw new JedisConnectionException("cut before it was sent");
        }
    }

    /** Called on the runner's thread: the connection is no longer this call's to cut, and nobody ends the call. */
    synchronized void letGo() {
        connection = null;
        answered = true;
    }

    /** Called on the runner's thread with a socket opened for this call; returns false if the call has ended. */
    synchronized boolean opening(Socket socket) {
        opening = socket;
        return end == null;
    }

    /** Called by Jedis on the runner's thread, right before the request is sent. */
    @Override
    public synchronized void accept(Connection chosen) {
        if (end != null) {
            throw new JedisException("ended before it was sent");
        }
        opening = null;
        // A client may send again by itself.
        sentBefore |= connection != null && connection.isBroken();
        connection = chosen;
        sent = true;
        hasConnection();
    }

    private void hasConnection() {
        if (deadlines != null) {
            deadlines.connected();
        }
    }

    /** Called before it begins, if closing a connection may wait for the other side: who ends the call does not. */
    synchronized void closeOn(Executor threads) {
        closer = threads;
    }

    /**
     * Called by Jedis on the runner's thread, with the reply, while the connection is still this call's. The connections of a client
     * that was handed in have not asked the replicas yet.
     */
    @Override
    public Object build(Object reply) {
        CommandArguments question = replicas < 0 ? question() : null;
        if (question != null) {
            Connection used = used();
            used.sendCommand(question);
            readReplicas(used);
        }
        synchronized (this) {
            connection = null;
            answered = true;
        }
        return reply;
    }

    private synchronized Connection used() {
        return Objects.requireNonNull(connection, "not sent");
    }

    synchronized boolean isRunBy(Thread thread) {
        return runner == thread;
    }

    /** Returns the time left, which may be negative. */
    long leftNanos() {
        return deadlineNanos() - System.nanoTime();
    }

    /** Returns when a call of a backend's began. */
    long startedNanos() {
        return nanos;
    }

    private long deadlineNanos() {
        return deadlines == null ? nanos : deadlines.deadlineNanos(nanos);
    }

    /** Returns how long to wait before its deadline, which may move, is looked at again; not positive if its time is over. */
    long waitNanos() {
        return deadlines == null ? leftNanos() : deadlines.untilNextLookNanos(nanos);
    }

    /** Called by the watchdog: ends the call if its thread was interrupted or its time is over, and sees to its half-time. */
    synchronized void endIfDue(long nowNanos) {
        if (isWriting && !wasSeenWriting) {
            wasSeenWriting = true;
            return;
        }
        long leftNanos = deadlineNanos() - nowNanos;
        if (runner != null && runner.isInterrupted()) {
            end(End.INTERRUPTED);
        } else if (leftNanos <= 0) {
            end(End.TIMED_OUT);
        } else if (halfTime != null && nowNanos - routedNanos >= leftNanos) {
            halfTime.run();
        }
    }

    /** Ends the call from another thread, unless it is ending already. Returns false if it was answered before. */
    synchronized boolean end(End why) {
        if (end != null || answered) {
            return !answered;
        }
        end = why;
        if (!cut() && worker && runner != null) {
            runner.interrupt();
        }
        return true;
    }

    /** Returns false if there is nothing to cut yet. */
    private boolean cut() {
        Connection used = connection;
        Socket opened = opening;
        if (used != null) {
            // At once, or it would go back to the pool meanwhile.
            used.setBroken();
            boolean later = worker;
            closer.execute(() -> {
                if (later) {
                    // Jedis would connect it anew, without a login, if it was about to send on it. A broken one it
                    // refuses.
                    LockSupport.parkNanos(CUT_NANOS);
                }
                disconnect(used);
            });
        }
        if (opened != null) {
            CuttableSocketFactory.closeQuietly(opened);
        }
        return used != null || opened != null;
    }

    private static void disconnect(Connection used) {
        try {
            JedisDifferences.disconnect(used);
        } catch (IOException e) {
            // The socket is closed or as good as closed.
        }
    }

    /** Called on the runner's thread when Jedis has returned or thrown: from here on nobody ends the call. */
    synchronized void finish() {
        connection = null;
        answered = true;
        runner = null;
        if (worker) {
            // Ours, or one of a pool that closed. Neither is for the worker's next call.
            Thread.interrupted();
        }
    }

    /** Returns why the call was ended from outside, or null if it was not. */
    synchronized @Nullable End ended() {
        return end;
    }

    /** Returns whether Jedis sent it again by itself, after a first send that may have reached the server. */
    synchronized boolean wasSentBefore() {
        return sentBefore;
    }

    /** Returns whether a server was reached for it that did not answer the TLS handshake; known of a client of ours alone. */
    synchronized boolean wasEncrypting() {
        // There is none, not even an empty one, before the server has answered.
        return opening instanceof SSLSocket encrypted && encrypted.getApplicationProtocol() == null;
    }

    /** Returns whether the request may have reached the server. */
    synchronized boolean wasSent() {
        return sent;
    }
}
