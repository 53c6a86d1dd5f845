package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that calls share, opened by the first of them and again after an attempt that failed, or once it broke or has fallen
 * silent. What was unanswered is sent again on the next one. Thread-safe.
 */
final class LettuceConnection implements Route {
    /** A client that was handed in may take a thread and a socket for each attempt, for as long as its own timeouts say. */
    private static final long SHORTEST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener;
    private final CallDeadlines deadlines;
    private final Successor successor;
    private volatile @Nullable Attempt current;

    /** The thread that read the last connection that was given up. */
    private volatile @Nullable Thread formerReader;

    private volatile boolean closedByOwner;
    private volatile boolean silent;
    private volatile boolean closed;

    /**
     * @param deadlines say how long an attempt to open a connection is waited for; are told when the first one is there
     * @param timer does not block
     */
    LettuceConnection(
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener,
            CallDeadlines deadlines,
            EventExecutorGroup timer) {
        this.opener = opener;
        this.deadlines = deadlines;
        this.successor = new Successor(opener, deadlines, timer);
    }

    private long patienceNanos() {
        return Math.max(deadlines.openingNanos(), SHORTEST_PATIENCE_NANOS);
    }

    /** One attempt to open a connection. It is cancelled when another one takes its place. */
    private static final class Attempt {
        private final CompletableFuture<Pipeline> pipeline = new CompletableFuture<>();
        private final long startedNanos = System.nanoTime();

        boolean isUnderWayFor(long nanos) {
            return !pipeline.isDone() && System.nanoTime() - startedNanos >= nanos;
        }

        @Nullable
        Pipeline opened() {
            return pipeline.isDone() && !pipeline.isCompletedExceptionally() ? pipeline.join() : null;
        }
    }

    @Override
    public void send(LettuceCall<?> call) {
        send(call, false);
    }

    /** Sends it, and before it what has the server take it although its slot is not there yet. */
    void sendAsking(LettuceCall<?> call) {
        send(call, true);
    }

    private void send(LettuceCall<?> call, boolean asking) {
        call.goesTo(this);
        Attempt attempt = get();
        Pipeline pipeline = attempt.opened();
        if (pipeline != null) {
            call.sendThrough(pipeline, asking);
        } else {
            // What becomes of the connection is passed on to the call, and nobody waits for the derived future.
            attempt.pipeline.whenComplete((opened, failure) -> {
                if (failure == null) {
                    call.sendThrough(opened, asking);
                } else if (failure instanceof CancellationException && !closed && !call.isDone()) {
                    send(call, asking);
                } else {
                    call.failed(unwrapped(failure));
                }
            });
        }
    }

    /** A server that redirects is part of a cluster, for which this is no way. */
    @Override
    public boolean redirect(LettuceCall<?> call, String error) {
        return false;
    }

    @Override
    public void fellSilent(LettuceConnection connection, @Nullable Pipeline pipeline) {
        connection.fellSilent(pipeline);
    }

    void fellSilent(@Nullable Pipeline pipeline) {
        silent = true;
        Attempt attempt = current;
        if (pipeline != null) {
            formerReader = pipeline.reader();
            pipeline.leave();
        } else if (attempt != null && attempt.isUnderWayFor(patienceNanos() / 2)) {
            reopen(patienceNanos() / 2);
        }
    }

    /**
     * Called when nothing was heard on a connection for half of a call's time: another one is opened, and takes its place if it still
     * says nothing then. Requests that are under way are sent again there.
     */
    void suspect(Pipeline unheard) {
        if (!closed && unheard == opened() && !unheard.isLeft() && !unheard.isServerWaiting()) {
            successor.openBeside(unheard, connection -> takeOver(unheard, connection));
        }
    }

    /** Returns false if the connection is not wanted any more. */
    private boolean takeOver(Pipeline unheard, StatefulRedisConnection<byte[], byte[]> connection) {
        Attempt fresh = new Attempt();
        synchronized (this) {
            if (closed || unheard != opened() || unheard.isLeft()) {
                return false;
            }
            current = fresh;
        }
        fresh.pipeline.complete(watched(connection));
        formerReader = unheard.reader();
        unheard.leave();
        return true;
    }

    /** Returns whether it has fallen silent, and nothing was heard from the server since. */
    boolean isSilent() {
        if (silent) {
            Pipeline pipeline = opened();
            silent = pipeline == null || pipeline.isLeft() || pipeline.replies() == 0;
        }
        return silent;
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private Attempt get() {
        Attempt known = current;
        if (known != null && known.pipeline.isDone() && isUsable(known)) {
            return known;
        }
        long longestNanos = patienceNanos();
        return known != null && isUsable(known, longestNanos) ? known : reopen(longestNanos);
    }

    private static boolean isUsable(Attempt known, long longestNanos) {
        return known.pipeline.isDone() ? isUsable(known) : !known.isUnderWayFor(longestNanos);
    }

    private static boolean isUsable(Attempt known) {
        Pipeline pipeline = known.opened();
        return pipeline != null && !pipeline.isLeft() && !isClosed(pipeline);
    }

    /** Only we and the shutdown of its client close a connection; one that breaks is left, and then closed by us. */
    private static boolean isClosedByOwner(Attempt known) {
        Pipeline pipeline = known.opened();
        // In this order: we leave it before we close it.
        return pipeline != null && isClosed(pipeline) && !pipeline.isLeft();
    }

    private static boolean isClosed(Pipeline pipeline) {
        return pipeline.connection() instanceof RedisChannelHandler<?, ?> handler && handler.isClosed();
    }

    private Attempt reopen(long longestNanos) {
        Attempt known;
        Attempt fresh;
        synchronized (this) {
            known = current;
            if (known != null && isUsable(known, longestNanos)) {
                return known;
            }
            fresh = new Attempt();
            current = fresh;
        }
        closedByOwner |= known != null && isClosedByOwner(known);
        if (closedByOwner) {
            fresh.pipeline.completeExceptionally(new ClientClosedException());
        } else {
            open(fresh);
        }
        if (known != null) {
            // Calls that wait for it go on with the new one.
            known.pipeline.cancel(false);
            Pipeline replaced = known.opened();
            if (replaced != null) {
                replaced.leave();
            }
        }
        return fresh;
    }

    private void open(Attempt attempt) {
        try {
            opener.get().whenComplete((connection, failure) -> {
                if (failure != null) {
                    attempt.pipeline.completeExceptionally(unwrapped(failure));
                } else {
                    opened(attempt, connection);
                }
            });
        } catch (RuntimeException e) {
            // A client that its owner has shut down does not even begin.
            attempt.pipeline.completeExceptionally(e);
        }
    }

    private void opened(Attempt attempt, StatefulRedisConnection<byte[], byte[]> connection) {
        if (!attempt.pipeline.isDone()) {
            // Before any call goes on.
            deadlines.connected();
        }
        if (!attempt.pipeline.complete(watched(connection))) {
            connection.closeAsync();
        }
    }

    private Pipeline watched(StatefulRedisConnection<byte[], byte[]> connection) {
        Pipeline pipeline = new Pipeline(connection);
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                leaveBroken(pipeline);
            }
        });
        if (!connection.isOpen()) {
            // Before anybody listened.
            leaveBroken(pipeline);
        }
        if (closed) {
            connection.closeAsync();
        }
        return pipeline;
    }

    /**
     * Leaves a connection that broke, so that the next one says at once whether the server is there: Lettuce would keep calls until it has
     * reconnected. One that the owner of the client closed is kept, because that is why there is no other.
     */
    private static void leaveBroken(Pipeline pipeline) {
        if (!isClosed(pipeline)) {
            pipeline.leave();
        }
    }

    private @Nullable Pipeline opened() {
        Attempt known = current;
        return known == null ? null : known.opened();
    }

    @Override
    public boolean isReader() {
        Pipeline pipeline = opened();
        return formerReader == Thread.currentThread() || (pipeline != null && pipeline.isReader());
    }

    @Override
    public boolean isUp() {
        Pipeline pipeline = opened();
        return pipeline != null && !pipeline.isLeft() && pipeline.connection().isOpen();
    }

    /** Begins to close it, and returns a future that completes when it is closed. */
    CompletableFuture<?> closeAsync() {
        closed = true;
        Attempt known = current;
        // Nobody waits for one that is being opened: it is closed when it has been.
        return known == null || known.pipeline.cancel(false)
                ? CompletableFuture.completedFuture(null)
                : known.pipeline.thenCompose(pipeline -> pipeline.connection().closeAsync());
    }

    @Override
    public void close() {
        if (!closed) {
            Closing.await(closeAsync());
        }
    }
}
