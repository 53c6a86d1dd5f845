package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import io.syncguard.redis.common.RedisWakeUps;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a backend in a cluster (CLU-5), on a connection to each master from the first time that somebody waits. A timer
 * of Lettuce's looks from time to time whether each shard has one, until it has, and again once one is lost. Thread-safe.
 */
final class ClusterSubscription implements RedisWakeUps.Subscription {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** So long those that wait are told once, when all shards have a subscription, and not once for each. */
    private static final long BEGINNING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RedisClusterClient client;
    private final Topology topology;
    private final EventExecutorGroup timer;
    private final List<byte[]> channels;
    private final Map<ByteBuffer, Integer> shards = new HashMap<>();
    private final RedisWakeUps.Hearer hearer;

    /** By shard, the connection that has its subscription. */
    private final Map<Integer, RedisChannelHandler<?, ?>> live = new ConcurrentHashMap<>();

    private final Set<StatefulRedisPubSubConnection<byte[], byte[]>> heard = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long startedNanos;
    private volatile boolean begun;
    private volatile long pauseMillis = FIRST_PAUSE_MILLIS;
    private @Nullable CompletableFuture<StatefulRedisClusterPubSubConnection<byte[], byte[]>> current;
    private volatile boolean closed;

    /**
     * @param channels by shard
     */
    ClusterSubscription(
            RedisClusterClient client, Topology topology, List<byte[]> channels, RedisWakeUps.Hearer hearer) {
        this.client = client;
        this.topology = topology;
        this.timer = client.getResources().eventExecutorGroup();
        this.channels = List.copyOf(channels);
        this.hearer = hearer;
        for (int shard = 0; shard < channels.size(); shard++) {
            shards.put(ByteBuffer.wrap(channels.get(shard)), shard);
        }
    }

    @Override
    public void start(int shard) {
        if (!started.get() && started.compareAndSet(false, true)) {
            startedNanos = System.nanoTime();
            looking.set(true);
            look();
        }
    }

    @Override
    public boolean isLive(int shard) {
        return begun && live.containsKey(shard);
    }

    private List<Integer> missing() {
        return IntStream.range(0, channels.size())
                .filter(shard -> !live.containsKey(shard))
                .boxed()
                .toList();
    }

    /** Called with each subscription that begins. */
    private void subscribed() {
        if (begun || missing().isEmpty()) {
            begun = true;
            hearer.subscribed();
        }
    }

    /** Subscribes to what is missing, and looks again later. */
    private void look() {
        if (closed) {
            return;
        }
        if (!begun && System.nanoTime() - startedNanos > BEGINNING_NANOS) {
            // One of the masters is away.
            begun = true;
            hearer.subscribed();
        }
        List<Integer> missing = missing();
        if (missing.isEmpty()) {
            pauseMillis = FIRST_PAUSE_MILLIS;
            looking.set(false);
            lookIfMissing();
            return;
        }
        cluster().whenComplete((opened, failure) -> {
            if (failure == null) {
                missing.forEach(shard -> subscribe(opened, shard));
            }
            lookLater();
        });
    }

    private void lookIfMissing() {
        if (!missing().isEmpty() && looking.compareAndSet(false, true)) {
            lookLater();
        }
    }

    private void lookLater() {
        long pause = pauseMillis;
        pauseMillis = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        try {
            timer.schedule(this::look, pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Its owner has shut the client down.
            looking.set(false);
        }
    }

    private synchronized CompletableFuture<StatefulRedisClusterPubSubConnection<byte[], byte[]>> cluster() {
        CompletableFuture<StatefulRedisClusterPubSubConnection<byte[], byte[]>> known = current;
        if (known != null && !known.isCompletedExceptionally()) {
            return known;
        }
        CompletableFuture<StatefulRedisClusterPubSubConnection<byte[], byte[]>> opening = topology.known()
                .thenCompose(ready -> client.connectPubSubAsync(ByteArrayCodec.INSTANCE))
                .toCompletableFuture();
        opening.thenAccept(opened -> {
            if (closed) {
                opened.closeAsync();
            }
        });
        current = opening;
        return opening;
    }

    private void subscribe(StatefulRedisClusterPubSubConnection<byte[], byte[]> cluster, int shard) {
        byte[] channel = channels.get(shard);
        RedisClusterNode owner = cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(channel));
        if (owner == null) {
            topology.refresh();
            return;
        }
        RedisURI address = owner.getUri();
        CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> opening;
        try {
            opening = cluster.getConnectionAsync(address.getHost(), address.getPort());
        } catch (RedisException e) {
            // It has left the cluster just now.
            topology.refresh();
            return;
        }
        opening.thenCompose(connection -> {
                    hear(connection);
                    return connection.async().ssubscribe(channel);
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        topology.refresh();
                    }
                });
    }

    private void hear(StatefulRedisPubSubConnection<byte[], byte[]> connection) {
        if (!heard.add(connection) || !(connection instanceof RedisChannelHandler<?, ?> handler)) {
            return;
        }
        connection.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void ssubscribed(byte[] channel, long count) {
                Integer shard = shards.get(ByteBuffer.wrap(channel));
                if (shard != null) {
                    live.put(shard, handler);
                    ClusterSubscription.this.subscribed();
                }
            }

            /** The server says so of itself when the slot has gone. */
            @Override
            public void sunsubscribed(byte[] channel, long count) {
                Integer shard = shards.get(ByteBuffer.wrap(channel));
                if (shard != null && live.remove(shard, handler)) {
                    topology.refresh();
                    lookIfMissing();
                }
            }

            @Override
            public void smessage(byte[] channel, byte[] message) {
                hearer.heard(message);
            }
        });
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                // Lettuce subscribes to all at once when it is back, which the server refuses for channels of several
                // slots.
                live.values().removeIf(handler::equals);
                topology.refresh();
                lookIfMissing();
            }
        });
    }

    @Override
    public void close() {
        CompletableFuture<StatefulRedisClusterPubSubConnection<byte[], byte[]>> known;
        synchronized (this) {
            closed = true;
            known = current;
        }
        live.clear();
        if (known != null) {
            Closing.await(known.thenCompose(StatefulRedisClusterPubSubConnection::closeAsync));
        }
    }
}
