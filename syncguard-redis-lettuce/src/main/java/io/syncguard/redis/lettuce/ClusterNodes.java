package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a cluster as Lettuce knows them, and connections to them. Each connection is ours alone, because those of Lettuce's
 * own client for clusters cannot be replaced when they fall silent. Thread-safe.
 */
final class ClusterNodes implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Each has a connection to every node until the last one has answered or timed out. */
    private static final int MOST_LOOKS = 2;

    private final AtomicInteger looking = new AtomicInteger();
    private final RedisClusterClient client;
    private final Optional<OwnClusterClient> own;

    /** Connects to single nodes, on the threads of the client. */
    private final RedisClient connector;

    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);
    private final List<Consumer<Partitions>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable CompletableFuture<Partitions> known;

    /**
     * @param own the client, if it is ours; one that was handed in connects as it is made to
     */
    ClusterNodes(RedisClusterClient client, Optional<OwnClusterClient> own) {
        this.client = client;
        this.own = own;
        this.connector = RedisClient.create(client.getResources());
    }

    /** Has somebody hear when Lettuce has looked again. */
    void onNews(Consumer<Partitions> listener) {
        listeners.add(listener);
    }

    /** Returns the nodes once Lettuce knows them. */
    CompletableFuture<Partitions> known() {
        CompletableFuture<Partitions> last = known;
        return last != null && !last.isCompletedExceptionally() ? last : ask();
    }

    private synchronized CompletableFuture<Partitions> ask() {
        CompletableFuture<Partitions> last = known;
        if (last != null && !last.isCompletedExceptionally()) {
            return last;
        }
        lastNanos.set(System.nanoTime());
        CompletableFuture<Partitions> asking;
        try {
            own.ifPresent(OwnClusterClient::beforeLook);
            asking = client.refreshPartitionsAsync()
                    .thenApply(done -> client.getPartitions())
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            // A client that its owner has shut down does not even begin.
            asking = CompletableFuture.failedFuture(e);
        }
        known = asking;
        return asking;
    }

    /** Has Lettuce look again, a few times a second at the most, however many calls ask. Does not block. */
    void refresh() {
        long last = lastNanos.get();
        long now = System.nanoTime();
        if (now - last >= PAUSE_NANOS && lastNanos.compareAndSet(last, now)) {
            if (looking.incrementAndGet() > MOST_LOOKS) {
                looking.decrementAndGet();
                return;
            }
            look();
        }
    }

    private void look() {
        try {
            own.ifPresent(OwnClusterClient::beforeLook);
            client.refreshPartitionsAsync().whenComplete((done, failure) -> {
                looking.decrementAndGet();
                if (failure == null) {
                    listeners.forEach(listener -> listener.accept(client.getPartitions()));
                }
            });
        } catch (RuntimeException e) {
            // As above.
            looking.decrementAndGet();
        }
    }

    /** Returns the master that has the slot of a key or channel; null if none has. */
    static @Nullable RedisClusterNode owner(Partitions nodes, byte[] key) {
        return nodes.getMasterBySlot(SlotHash.getSlot(key));
    }

    /** Opens a connection to some master. */
    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connectToAny() {
        return known().thenCompose(nodes -> nodes.stream()
                .filter(node -> !node.getSlots().isEmpty())
                .findFirst()
                .map(node -> connect(node.getUri()).toCompletableFuture())
                .orElseThrow(() -> new RedisException("no node of the cluster has any slots")));
    }

    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect(RedisURI node) {
        connector.setOptions(client.getOptions());
        return connector.connectAsync(ByteArrayCodec.INSTANCE, toConnect(node));
    }

    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub(RedisURI node) {
        connector.setOptions(client.getOptions());
        return connector.connectPubSubAsync(ByteArrayCodec.INSTANCE, toConnect(node));
    }

    private RedisURI toConnect(RedisURI node) {
        return own.map(ours -> ours.toConnect(node)).orElse(node);
    }

    /** Closes what connections are left. */
    @Override
    public void close() {
        Closing.await(connector.shutdownAsync(0, Duration.ofSeconds(1).toMillis(), TimeUnit.MILLISECONDS));
    }
}
