package io.syncguard.redis.jedis;

import io.syncguard.spi.DaemonThreads;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * Opens connections as the pool of a client that was handed in opens its own, and leaves that pool's connections alone. Nobody can end
 * such an opening, so it runs on a thread of ours while the caller waits within its call's time (OPT-2). A connection that
 * arrives after its caller has left goes to the next caller.
 */
final class HandedInConnectionSource implements ConnectionSource {
    private static final int ALL_CALLERS = Integer.MAX_VALUE / 2;

    private final Pool<Connection> pool;
    private final Executor workers;
    private final Semaphore openings;
    private final Set<Opening> awaited = ConcurrentHashMap.newKeySet();
    private final Executor closer = this::closeElsewhere;
    private volatile boolean closed;

    /** A connection that a caller waits for. */
    private static final class Opening {
        private final CompletableFuture<OpenConnection> result = new CompletableFuture<>();
    }

    /**
     * @param pool the client's; its factory is used
     * @param connections how many connections there may be. As many openings again may be under way for callers that have left.
     */
    HandedInConnectionSource(Pool<Connection> pool, int connections, Executor workers) {
        this.pool = pool;
        this.workers = workers;
        this.openings = new Semaphore(2 * connections);
    }

    @Override
    public OpenConnection open(InFlightCall call, Keeper keeper) {
        call.awaitPermit(openings);
        Opening opening = new Opening();
        CompletableFuture<OpenConnection> opened = opening.result;
        boolean begun = false;
        try {
            if (closed) {
                throw ServerConnections.closedException();
            }
            OpenConnection arrived = keeper.pollIdle();
            if (arrived != null) {
                return arrived;
            }
            workers.execute(() -> openFor(opened, keeper));
            begun = true;
        } catch (RejectedExecutionException e) {
            throw new JedisException("closed", e);
        } finally {
            if (!begun) {
                openings.release();
            }
        }
        awaited.add(opening);
        try {
            if (closed) {
                opened.cancel(false);
            }
            return call.await(opened);
        } catch (RuntimeException e) {
            if (!opened.cancel(false) && !opened.isCompletedExceptionally()) {
                // It arrived at the last moment, after its caller had left.
                handOn(opened.join(), keeper);
            }
            throw e;
        } finally {
            awaited.remove(opening);
        }
    }

    private void openFor(CompletableFuture<OpenConnection> caller, Keeper keeper) {
        try {
            OpenConnection opened = OpenConnection.by(pool.getFactory());
            if (!caller.complete(opened)) {
                handOn(opened, keeper);
            }
        } catch (Throwable e) {
            caller.completeExceptionally(e);
        } finally {
            openings.release();
        }
    }

    /** Gives a connection whose caller has left to one that waits for another, or else back to the pool. */
    private void handOn(OpenConnection late, Keeper keeper) {
        for (Opening another : awaited) {
            if (another.result.complete(late)) {
                return;
            }
        }
        keeper.keep(late);
    }

    @Override
    public boolean isClosed() {
        return pool.isClosed();
    }

    /** An encrypted connection waits for the other side when it is closed. */
    @Override
    public void discard(OpenConnection used) {
        closeElsewhere(used::close);
    }

    @Override
    public Executor closer() {
        return closer;
    }

    private void closeElsewhere(Runnable closing) {
        try {
            workers.execute(closing);
        } catch (RejectedExecutionException | OutOfMemoryError noWorker) {
            closeWithoutWorker(closing);
        }
    }

    private static void closeWithoutWorker(Runnable closing) {
        try {
            DaemonThreads.unstarted("syncguard-jedis-close", closing).start();
        } catch (OutOfMemoryError noThread) {
            closing.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        awaited.forEach(each -> each.result.cancel(false));
        // A caller that is let in finds this closed.
        openings.release(ALL_CALLERS);
    }
}
