package io.syncguard.redis.jedis;

import io.syncguard.redis.common.WakeUpSubscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The subscriptions of a backend in a cluster (CLU-5): a connection to each master, on which one thread blocks. Another thread sees to
 * it that each shard has a subscription, also after its slot has moved. All begin when somebody first waits. Thread-safe.
 */
final class ClusterSubscription implements WakeUpSubscription {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long CLOSE_MILLIS = 1_000;
    private static final long SHORTEST_PATIENCE_MILLIS = 1_000;

    /** So long those that wait are told once, when all shards have a subscription, and not once for each. */
    private static final long BEGINNING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClusterConnections cluster;
    private final List<byte[]> channels;
    private final WakeUpSubscription.Listener listener;
    private final Map<String, NodeSubscription> byNode = new ConcurrentHashMap<>();
    private final Semaphore changes = new Semaphore(0);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final long patienceMillis;
    private long checkedNanos = System.nanoTime();
    private volatile boolean begun;
    private @Nullable Thread keeper;

    /**
     * @param channels by shard
     * @param patience how long an answer is waited for
     */
    ClusterSubscription(
            ClusterConnections cluster,
            List<byte[]> channels,
            Duration patience,
            WakeUpSubscription.Listener listener) {
        this.cluster = cluster;
        this.patienceMillis = Math.max(patience.toMillis(), SHORTEST_PATIENCE_MILLIS);
        this.channels = List.copyOf(channels);
        this.listener = listener;
    }

    @Override
    public synchronized void start(int shard) {
        if (keeper == null && closing.getCount() > 0) {
            Thread started = new Thread(this::keep, "syncguard-jedis-wake-ups");
            started.setDaemon(true);
            started.start();
            keeper = started;
        }
    }

    @Override
    public boolean isLive(int shard) {
        return begun && isSubscribed(shard);
    }

    private boolean isSubscribed(int shard) {
        for (NodeSubscription each : byNode.values()) {
            if (each.isLive(shard)) {
                return true;
            }
        }
        return false;
    }

    private List<Integer> missing() {
        return IntStream.range(0, channels.size())
                .filter(shard -> !isSubscribed(shard))
                .boxed()
                .toList();
    }

    /** Called with each subscription that begins. */
    private void subscribed() {
        if (begun || missing().isEmpty()) {
            begun = true;
            listener.subscribed();
        }
    }

    private void keep() {
        long startedNanos = System.nanoTime();
        long pauseMillis = FIRST_PAUSE_MILLIS;
        while (closing.getCount() > 0) {
            try {
                check();
                assign();
            } catch (RuntimeException e) {
                // No node answers, or none may be asked. Waiters try by themselves meanwhile.
            } catch (InterruptedException e) {
                // Nobody interrupts this thread but to end it, which the latch tells.
            }
            try {
                if (closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                    return;
                }
                if (!begun && System.nanoTime() - startedNanos > BEGINNING_NANOS) {
                    // One of the masters is away.
                    begun = true;
                    listener.subscribed();
                }
                if (missing().isEmpty()) {
                    pauseMillis = FIRST_PAUSE_MILLIS;
                    if (changes.tryAcquire(patienceMillis, TimeUnit.MILLISECONDS)) {
                        changes.drainPermits();
                    }
                } else {
                    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                // Nobody interrupts this thread but to end it, which the latch tells.
            }
        }
    }

    private void check() {
        long now = System.nanoTime();
        if (now - checkedNanos >= TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
            checkedNanos = now;
            byNode.values().forEach(NodeSubscription::check);
        }
    }

    /** Gives each shard that has no subscription to the node that has its slot now. */
    private void assign() throws InterruptedException {
        List<Integer> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        SlotOwners owners = owners();
        for (int shard : missing) {
            String node = owners.of(JedisClusterCRC16.getSlot(channels.get(shard)));
            PooledObjectFactory<Connection> factory = node == null ? null : cluster.factory(node);
            if (node != null && factory != null) {
                NodeSubscription subscription = byNode.computeIfAbsent(node, name -> begin(name, factory));
                subscription.add(shard);
                if (closing.getCount() == 0) {
                    subscription.cut();
                }
            } else if (node != null) {
                var unused = cluster.learn();
            }
        }
    }

    private SlotOwners owners() throws InterruptedException {
        try {
            return cluster.look().get(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            throw new JedisException("no node of the cluster says who owns its slots", e);
        }
    }

    private NodeSubscription begin(String node, PooledObjectFactory<Connection> factory) {
        NodeSubscription begun =
                new NodeSubscription(channels, this::subscribed, listener::messageReceived, changes::release);
        Thread thread = new Thread(
                () -> {
                    begun.stayIn(() -> OpenConnection.by(factory).connection());
                    byNode.remove(node, begun);
                    changes.release();
                },
                "syncguard-jedis-wake-ups-" + node);
        thread.setDaemon(true);
        thread.start();
        return begun;
    }

    /** Ends the subscriptions, their connections and the threads. */
    @Override
    public void close() {
        closing.countDown();
        changes.release();
        byNode.values().forEach(NodeSubscription::leave);
        Thread running;
        synchronized (this) {
            running = keeper;
        }
        if (running == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            running.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        // What the thread began just before it ended.
        byNode.values().forEach(NodeSubscription::leave);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
