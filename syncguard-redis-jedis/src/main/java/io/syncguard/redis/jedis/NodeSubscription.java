package io.syncguard.redis.jedis;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisShardedPubSub;
import redis.clients.jedis.Connection;

/** The subscription to the channels of some shards, on one connection to the master of a cluster that owns them. Thread-safe. */
final class NodeSubscription extends BinaryJedisShardedPubSub {
    private final List<byte[]> channels;
    private final Runnable begin;
    private final Consumer<byte[]> messages;
    private final Runnable loss;
    private final Set<Integer> asked = new HashSet<>();
    private final Set<Integer> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong heard = new AtomicLong();
    private long heardAtCheck = -1;
    private @Nullable Connection connection;
    private boolean begun;
    private boolean ended;

    /**
     * @param channels by shard
     * @param begin is run when there is a subscription to one of them; does not block, and neither do the others
     * @param messages is given each that comes
     * @param loss is run when a shard has gone to another node
     */
    NodeSubscription(List<byte[]> channels, Runnable begin, Consumer<byte[]> messages, Runnable loss) {
        this.channels = channels;
        this.begin = begin;
        this.messages = messages;
        this.loss = loss;
    }

    /** Breaks the connection if nothing came since the last check, and else asks for a sign of life. */
    void check() {
        long heardNow = heard.get();
        if (heardNow == heardAtCheck) {
            cut();
            return;
        }
        heardAtCheck = heardNow;
        try {
            askForSign();
        } catch (RuntimeException e) {
            // It broke just now.
        }
    }

    /** The server confirms a channel once more when asked. */
    private synchronized void askForSign() {
        if (!ended) {
            live.stream().findFirst().ifPresent(shard -> ssubscribe(channels.get(shard)));
        }
    }

    boolean isLive(int shard) {
        return live.contains(shard);
    }

    /** Subscribes to a shard's channel, now or as soon as there is a connection. */
    synchronized void add(int shard) {
        if (asked.add(shard) && begun && !ended) {
            // Each on its own: they are in different slots.
            ssubscribe(channels.get(shard));
        }
        notifyAll();
    }

    /** Subscribes, and blocks until the connection breaks, all shards have gone, or it is cut. */
    void stayIn(Supplier<Connection> connections) {
        try (Connection opened = connections.get()) {
            int first = first(opened);
            if (first >= 0) {
                proceed(opened, channels.get(first));
            }
        } catch (RuntimeException e) {
            // The node is away, or is no master any more.
        } finally {
            synchronized (this) {
                ended = true;
                live.clear();
            }
        }
    }

    /** Returns a shard to begin with; negative if it was cut before. */
    private synchronized int first(Connection opened) {
        connection = opened;
        boolean interrupted = false;
        while (asked.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
                ended = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended ? -1 : asked.iterator().next();
    }

    @Override
    public void onSSubscribe(byte[] name, int count) {
        int shard = shard(name);
        heard.incrementAndGet();
        boolean first;
        synchronized (this) {
            if (ended) {
                // It was connected anew after it had been cut.
                sunsubscribe(channels.get(shard));
                return;
            }
            first = live.add(shard);
            if (!begun) {
                begun = true;
                asked.stream().filter(each -> each != shard).forEach(each -> ssubscribe(channels.get(each)));
            }
        }
        if (first) {
            begin.run();
        }
    }

    /** The server says so of itself when the slot has gone. */
    @Override
    public void onSUnsubscribe(byte[] name, int count) {
        int shard = shard(name);
        synchronized (this) {
            live.remove(shard);
            asked.remove(shard);
        }
        loss.run();
    }

    @Override
    public void onSMessage(byte[] name, byte[] message) {
        heard.incrementAndGet();
        messages.accept(message);
    }

    private int shard(byte[] name) {
        for (int shard = 0; shard < channels.size(); shard++) {
            if (Arrays.equals(channels.get(shard), name)) {
                return shard;
            }
        }
        return -1;
    }

    /**
     * Unsubscribes, and breaks the connection. Without the first, a server that learns of the broken connection and of a release at
     * the same time tells the release that somebody here has heard of it.
     */
    void leave() {
        try {
            synchronized (this) {
                if (begun && !ended) {
                    sunsubscribe();
                }
            }
        } catch (RuntimeException e) {
            // It broke just now.
        }
        cut();
    }

    /** Breaks the connection from outside. */
    void cut() {
        Connection open;
        synchronized (this) {
            ended = true;
            open = connection;
            notifyAll();
        }
        try {
            if (open != null) {
                JedisDifferences.disconnect(open);
            }
        } catch (IOException e) {
            // Closed or as good as closed.
        }
    }
}
