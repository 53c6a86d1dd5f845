package io.syncguard.redis.lettuce;

import io.lettuce.core.cluster.RedisClusterClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Has Lettuce look which master owns which slots: not more often than a few times a second, however many calls ask. Thread-safe. */
final class Topology {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final RedisClusterClient client;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    Topology(RedisClusterClient client) {
        this.client = client;
    }

    /** Returns when Lettuce knows it, as it has to before it connects. */
    CompletionStage<Void> known() {
        lastNanos.set(System.nanoTime());
        try {
            return client.refreshPartitionsAsync();
        } catch (RuntimeException e) {
            // A client that its owner has shut down does not even begin.
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Has it look again. Does not block. */
    void refresh() {
        long last = lastNanos.get();
        long now = System.nanoTime();
        if (now - last >= PAUSE_NANOS && lastNanos.compareAndSet(last, now)) {
            try {
                client.refreshPartitionsAsync();
            } catch (RuntimeException e) {
                // As above.
            }
        }
    }
}
