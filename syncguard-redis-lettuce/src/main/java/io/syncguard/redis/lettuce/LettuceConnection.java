package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that calls share, opened by the first of them and again after an attempt that failed. Lettuce itself
 * reconnects a connection that broke and sends what was unanswered again. Thread-safe.
 */
final class LettuceConnection implements Route {
    private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener;
    private volatile @Nullable CompletableFuture<Pipeline> current;
    private volatile boolean closed;

    LettuceConnection(Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener) {
        this.opener = opener;
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
        CompletableFuture<Pipeline> pipeline = get();
        if (pipeline.isDone() && !pipeline.isCompletedExceptionally()) {
            call.sendThrough(pipeline.join(), asking);
        } else {
            // What becomes of the connection is passed on to the call, and nobody waits for the derived future.
            pipeline.whenComplete((opened, failure) -> {
                if (failure == null) {
                    call.sendThrough(opened, asking);
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

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private CompletableFuture<Pipeline> get() {
        CompletableFuture<Pipeline> known = current;
        return known != null && isUsable(known) ? known : reopen();
    }

    private static boolean isUsable(CompletableFuture<Pipeline> known) {
        if (!known.isDone()) {
            return true;
        }
        if (known.isCompletedExceptionally()) {
            return false;
        }
        Pipeline pipeline = known.join();
        StatefulRedisConnection<byte[], byte[]> connection = pipeline.connection();
        boolean isClosed = connection instanceof RedisChannelHandler<?, ?> handler && handler.isClosed();
        return !pipeline.isLeft()
                && !isClosed
                && (connection.isOpen() || connection.getOptions().isAutoReconnect());
    }

    private synchronized CompletableFuture<Pipeline> reopen() {
        CompletableFuture<Pipeline> known = current;
        if (known != null && isUsable(known)) {
            return known;
        }
        CompletableFuture<Pipeline> opening = opening();
        current = opening;
        return opening;
    }

    private CompletableFuture<Pipeline> opening() {
        try {
            return opener.get().thenApply(this::watched).toCompletableFuture();
        } catch (RuntimeException e) {
            // A client that its owner has shut down does not even begin.
            return CompletableFuture.failedFuture(e);
        }
    }

    private Pipeline watched(StatefulRedisConnection<byte[], byte[]> connection) {
        Pipeline pipeline = new Pipeline(connection);
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                pipeline.broke();
            }
        });
        if (closed) {
            connection.closeAsync();
        }
        return pipeline;
    }

    private @Nullable Pipeline opened() {
        CompletableFuture<Pipeline> known = current;
        return known != null && known.isDone() && !known.isCompletedExceptionally() ? known.join() : null;
    }

    @Override
    public boolean isReader() {
        Pipeline pipeline = opened();
        return pipeline != null && pipeline.isReader();
    }

    @Override
    public boolean isUp() {
        Pipeline pipeline = opened();
        return pipeline != null && pipeline.connection().isOpen();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        CompletableFuture<Pipeline> known = current;
        if (known == null) {
            return;
        }
        Closing.await(known.thenCompose(pipeline -> pipeline.connection().closeAsync()));
    }
}
