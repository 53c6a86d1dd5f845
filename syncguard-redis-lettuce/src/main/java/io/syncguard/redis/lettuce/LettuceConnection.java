package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one connection all calls share, opened by the first of them and again after an attempt that failed. Lettuce itself
 * reconnects a connection that broke and sends what was unanswered again. Thread-safe.
 */
final class LettuceConnection implements AutoCloseable {
    private static final long CLOSE_SECONDS = 1;

    private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener;
    private final AtomicLong breaks = new AtomicLong();
    private volatile @Nullable CompletableFuture<StatefulRedisConnection<byte[], byte[]>> current;
    private volatile @Nullable Thread reader;
    private volatile boolean closed;

    LettuceConnection(Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener) {
        this.opener = opener;
    }

    /** Returns the connection, which may still be being opened. Does not block. */
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> get() {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> known = current;
        return known != null && isUsable(known) ? known : reopen();
    }

    private static boolean isUsable(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> known) {
        if (!known.isDone()) {
            return true;
        }
        if (known.isCompletedExceptionally()) {
            return false;
        }
        StatefulRedisConnection<byte[], byte[]> connection = known.join();
        return connection.isOpen() || connection.getOptions().isAutoReconnect();
    }

    private synchronized CompletableFuture<StatefulRedisConnection<byte[], byte[]>> reopen() {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> known = current;
        if (known != null && isUsable(known)) {
            return known;
        }
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> opening =
                opener.get().thenApply(this::watched).toCompletableFuture();
        current = opening;
        return opening;
    }

    private StatefulRedisConnection<byte[], byte[]> watched(StatefulRedisConnection<byte[], byte[]> connection) {
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                breaks.incrementAndGet();
            }
        });
        if (closed) {
            var unused = connection.closeAsync();
        }
        return connection;
    }

    /** Returns how often the connection has broken: a reply that came after a break may be that of a second send. */
    long breaks() {
        return breaks.get();
    }

    /** Called on the thread that reads replies, with each of them. */
    void readHere() {
        Thread thread = Thread.currentThread();
        if (reader != thread) {
            reader = thread;
        }
    }

    /** Returns whether the calling thread is the one that reads replies, and so cannot wait for any. */
    boolean isReader() {
        return reader == Thread.currentThread();
    }

    /** Returns whether there is a connection right now. */
    boolean isUp() {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> known = current;
        return known != null
                && known.isDone()
                && !known.isCompletedExceptionally()
                && known.join().isOpen();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> known = current;
        if (known == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            known.thenCompose(StatefulRedisConnection::closeAsync).get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It never was, or it closes without us watching.
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
