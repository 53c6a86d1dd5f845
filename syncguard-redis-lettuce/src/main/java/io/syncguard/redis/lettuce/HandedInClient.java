package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Calls over a client of the caller's, whose default address is the server's. */
final class HandedInClient {
    private HandedInClient() {}

    /** Returns the way to connections of our own for calls. */
    static Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener(RedisClient client) {
        return () -> connecting(() -> client.connect(ByteArrayCodec.INSTANCE));
    }

    /** Returns the way to a connection of our own that hears messages. */
    static Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> subscriber(RedisClient client) {
        return () -> connecting(() -> client.connectPubSub(ByteArrayCodec.INSTANCE));
    }

    /** Lettuce connects to a client's default address in a blocking way only. */
    private static <C> CompletableFuture<C> connecting(Supplier<C> connect) {
        CompletableFuture<C> opening = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        opening.complete(connect.get());
                    } catch (RuntimeException e) {
                        opening.completeExceptionally(e);
                    }
                },
                "syncguard-lettuce-connect");
        thread.setDaemon(true);
        thread.start();
        return opening;
    }
}
