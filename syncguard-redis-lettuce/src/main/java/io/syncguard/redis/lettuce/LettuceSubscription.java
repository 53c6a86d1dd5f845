package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import io.syncguard.redis.common.WakeUpSubscription;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a backend, from the first time that somebody waits: to one channel of one server, or to one for each shard
 * of a cluster (CLU-5), on one connection to each server that has some of them.
 *
 * <p>A timer of Lettuce's looks whether each channel has a subscription, and replaces a connection that broke or does not answer.
 * Nothing depends on Lettuce's own reconnection, which subscribes to all channels at once, and that is refused for several slots.
 * Thread-safe.
 */
final class LettuceSubscription implements WakeUpSubscription {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long SHORTEST_PATIENCE_MILLIS = 1_000;

    /** So long those that wait are told once, when all shards have a subscription, and not once for each. */
    private static final long BEGINNING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Places places;
    private final EventExecutorGroup timer;
    private final long patienceMillis;
    private final List<byte[]> channels;
    private final Map<ByteBuffer, Integer> shards = new HashMap<>();
    private final WakeUpSubscription.Listener listener;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();

    /** By shard, the connection that has its subscription. */
    private final Map<Integer, Connection> live = new ConcurrentHashMap<>();

    private final AtomicBoolean started = new AtomicBoolean();
    private volatile long startedNanos;
    private volatile boolean begun;
    private volatile boolean closed;
    private @Nullable Future<?> next;
    private long nextNanos = System.nanoTime();
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    /** Where channels are. */
    interface Places {
        /** Returns the server that has a channel now; null if that is not known. Does not block. */
        @Nullable
        Place of(byte[] channel);

        /** Called when a place turns out to be none any more. Does not block. */
        void refresh();

        /** Returns whether channels are sharded, as in a cluster. */
        boolean areSharded();

        /** Returns where the only channel of a backend on one server is. */
        static Places one(Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> opener) {
            Place server = new Place("server", opener);
            return new Places() {
                @Override
                public Place of(byte[] channel) {
                    return server;
                }

                @Override
                public void refresh() {
                    // The opener finds it anew each time.
                }

                @Override
                public boolean areSharded() {
                    return false;
                }
            };
        }
    }

    /**
     * A server.
     *
     * @param opener opens a connection to it
     */
    record Place(String name, Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> opener) {}

    /**
     * Creates the subscriptions. They begin with {@link #start}.
     *
     * @param channels by shard
     * @param patience how long an answer is waited for
     */
    LettuceSubscription(
            Places places,
            EventExecutorGroup timer,
            Duration patience,
            List<byte[]> channels,
            WakeUpSubscription.Listener listener) {
        this.places = places;
        this.timer = timer;
        this.patienceMillis = Math.max(patience.toMillis(), SHORTEST_PATIENCE_MILLIS);
        this.channels = List.copyOf(channels);
        this.listener = listener;
        for (int shard = 0; shard < channels.size(); shard++) {
            shards.put(ByteBuffer.wrap(channels.get(shard)), shard);
        }
    }

    @Override
    public void start(int shard) {
        if (!started.get() && started.compareAndSet(false, true)) {
            startedNanos = System.nanoTime();
            look();
        }
    }

    @Override
    public boolean isLive(int shard) {
        return begun && live.containsKey(shard);
    }

    /** Called with each subscription that begins. */
    private void subscribed() {
        if (begun || live.size() == channels.size()) {
            begun = true;
            listener.subscribed();
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
            listener.subscribed();
        }
        List<Integer> missing = List.of(0);
        try {
            connections.values().forEach(Connection::check);
            missing = IntStream.range(0, channels.size())
                    .filter(shard -> !live.containsKey(shard))
                    .boxed()
                    .toList();
            missing.forEach(this::subscribe);
        } finally {
            lookLater(missing.isEmpty());
        }
    }

    private void subscribe(int shard) {
        Place place = places.of(channels.get(shard));
        if (place == null) {
            places.refresh();
        } else {
            connectionTo(place).subscribe(shard);
        }
    }

    private Connection connectionTo(Place place) {
        Connection fresh = new Connection(place);
        Connection known = connections.putIfAbsent(place.name(), fresh);
        if (known != null) {
            return known;
        }
        fresh.open();
        return fresh;
    }

    private synchronized void lookLater(boolean all) {
        long pause = all ? patienceMillis : Math.min(pauseMillis, patienceMillis);
        pauseMillis = all ? FIRST_PAUSE_MILLIS : Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        schedule(pause);
    }

    /** Called when a subscription is lost. */
    private synchronized void lookSoon() {
        if (nextNanos - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(pauseMillis)) {
            schedule(pauseMillis);
        }
    }

    private void schedule(long millis) {
        if (closed) {
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        nextNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            next = timer.schedule(this::look, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Its owner has shut the client down.
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        }
        live.clear();
        Closing.await(CompletableFuture.allOf(
                connections.values().stream().map(Connection::end).toArray(CompletableFuture<?>[]::new)));
    }

    /** One connection, and the subscriptions on it. Not used any more once it broke or fell silent. */
    private final class Connection extends RedisPubSubAdapter<byte[], byte[]> implements RedisConnectionStateListener {
        private final Place place;
        private final CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> handle =
                new CompletableFuture<>();
        private final AtomicLong heard = new AtomicLong();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile boolean over;
        private long checkedNanos = System.nanoTime();
        private long heardAtCheck;

        Connection(Place place) {
            this.place = place;
        }

        void open() {
            try {
                place.opener().get().whenComplete((opened, failure) -> {
                    if (failure == null) {
                        opened(opened);
                    } else {
                        failed(failure);
                    }
                });
            } catch (RuntimeException e) {
                // A client that its owner has shut down does not even begin.
                failed(e);
            }
        }

        private void opened(StatefulRedisPubSubConnection<byte[], byte[]> opened) {
            opened.addListener((RedisConnectionStateListener) this);
            opened.addListener((RedisPubSubListener<byte[], byte[]>) this);
            heard.incrementAndGet();
            handle.complete(opened);
            if (over || closed) {
                opened.closeAsync();
            }
        }

        private void failed(Throwable failure) {
            handle.completeExceptionally(failure);
            end();
        }

        /** Subscribes to a shard's channel, or once more, which the server confirms as well. */
        void subscribe(int shard) {
            byte[] channel = channels.get(shard);
            handle.thenAccept(opened -> {
                RedisFuture<Void> confirmed = places.areSharded()
                        ? opened.async().ssubscribe(channel)
                        : opened.async().subscribe(channel);
                confirmed.whenComplete((done, failure) -> {
                    if (failure instanceof RedisCommandExecutionException) {
                        // A refusal is a sign of life.
                        heard.incrementAndGet();
                    }
                    if (failure != null) {
                        places.refresh();
                    }
                });
            });
        }

        /** Ends this connection if nothing came since the last check, and else asks for a sign of life. */
        void check() {
            long now = System.nanoTime();
            if (now - checkedNanos < TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
                return;
            }
            long heardNow = heard.get();
            if (heardNow == heardAtCheck) {
                end();
                return;
            }
            checkedNanos = now;
            heardAtCheck = heardNow;
            live.entrySet().stream()
                    .filter(entry -> entry.getValue() == this)
                    .findFirst()
                    .ifPresent(entry -> subscribe(entry.getKey()));
        }

        /**
         * Closes the connection, and returns a future that completes when it is closed. One that is being opened is closed when it has
         * been, and nobody waits for that.
         */
        CompletableFuture<?> end() {
            if (!ended.compareAndSet(false, true)) {
                return handle;
            }
            over = true;
            connections.remove(place.name(), this);
            if (live.values().removeIf(this::equals)) {
                lookSoon();
            }
            if (!closed) {
                places.refresh();
            }
            return handle.isDone()
                    ? handle.thenCompose(StatefulRedisPubSubConnection::closeAsync)
                    : CompletableFuture.completedFuture(null);
        }

        private void began(byte[] channel) {
            heard.incrementAndGet();
            Integer shard = shards.get(ByteBuffer.wrap(channel));
            if (shard != null && !over && live.put(shard, this) != this) {
                LettuceSubscription.this.subscribed();
            }
        }

        @Override
        public void subscribed(byte[] channel, long count) {
            began(channel);
        }

        @Override
        public void ssubscribed(byte[] channel, long count) {
            began(channel);
        }

        /** The server says so of itself when the slot has gone. */
        @Override
        public void sunsubscribed(byte[] channel, long count) {
            Integer shard = shards.get(ByteBuffer.wrap(channel));
            if (shard != null && live.remove(shard, this)) {
                places.refresh();
                lookSoon();
            }
        }

        @Override
        public void message(byte[] channel, byte[] message) {
            heard.incrementAndGet();
            listener.messageReceived(message);
        }

        @Override
        public void smessage(byte[] channel, byte[] message) {
            heard.incrementAndGet();
            listener.messageReceived(message);
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
            end();
        }
    }
}
