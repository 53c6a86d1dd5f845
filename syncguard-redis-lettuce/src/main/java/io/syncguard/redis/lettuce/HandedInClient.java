package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls over a client of the caller's, whose default address is the server's. */
final class HandedInClient {
    private HandedInClient() {}

    /** Returns the way over connections of our own, which are opened when they are needed. */
    static LettuceCalls calls(RedisClient client, Duration timeout, int connections) {
        return LettuceCalls.over(client, () -> connecting(client), timeout, connections);
    }

    /** Lettuce connects to a client's default address in a blocking way only. */
    private static CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connecting(RedisClient client) {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> opening = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        opening.complete(client.connect(ByteArrayCodec.INSTANCE));
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
