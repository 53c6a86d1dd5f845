package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.syncguard.redis.common.RedisWakeUps;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The subscription of a backend, on a connection of its own from the first time that somebody waits. Lettuce subscribes
 * again by itself when the connection broke. Thread-safe.
 */
final class LettuceSubscription implements RedisWakeUps.Subscription {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> opener;
    private final byte[] channel;
    private final RedisWakeUps.Hearer hearer;
    private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private boolean opening;
    private long triedNanos = System.nanoTime() - RETRY_NANOS;
    private boolean closed;
    private volatile boolean live;

    LettuceSubscription(
            Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> opener,
            byte[] channel,
            RedisWakeUps.Hearer hearer) {
        this.opener = opener;
        this.channel = channel;
        this.hearer = hearer;
    }

    @Override
    public void start(int onlyShard) {
        synchronized (this) {
            boolean mayTry = System.nanoTime() - triedNanos >= RETRY_NANOS;
            if (closed || opening || connection != null || !mayTry) {
                return;
            }
            opening = true;
            triedNanos = System.nanoTime();
        }
        CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> opened;
        try {
            opened = opener.get();
        } catch (RuntimeException e) {
            // A client that its owner has shut down does not even begin.
            opened(null);
            return;
        }
        opened.whenComplete((fresh, failure) -> opened(failure == null ? fresh : null));
    }

    private void opened(@Nullable StatefulRedisPubSubConnection<byte[], byte[]> fresh) {
        boolean tooLate;
        synchronized (this) {
            opening = false;
            tooLate = closed;
            if (!tooLate) {
                connection = fresh;
            }
        }
        if (fresh == null) {
            return;
        }
        if (tooLate) {
            fresh.closeAsync();
            return;
        }
        fresh.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void subscribed(byte[] name, long count) {
                live = true;
                hearer.subscribed();
            }

            @Override
            public void message(byte[] name, byte[] message) {
                hearer.heard(message);
            }
        });
        fresh.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                live = false;
            }
        });
        // If it is refused, there are no messages, and waiters try by themselves.
        fresh.async().subscribe(channel);
    }

    @Override
    public boolean isLive(int onlyShard) {
        return live;
    }

    /** Ends the subscription and its connection. */
    @Override
    public void close() {
        StatefulRedisPubSubConnection<byte[], byte[]> open;
        synchronized (this) {
            closed = true;
            open = connection;
        }
        live = false;
        if (open != null) {
            Closing.await(open.closeAsync());
        }
    }
}
