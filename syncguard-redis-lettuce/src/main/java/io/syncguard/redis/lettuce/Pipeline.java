package io.syncguard.redis.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.RedisCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way over one connection. Requests that come while others are under way are written together, in batches: one
 * system call and one wake-up instead of many, for client and server alike. A request that comes while there is little
 * traffic is written at once. Thread-safe; nobody waits for anybody.
 *
 * <p>Up to {@value #WINDOW} batches are under way at a time, so that client and server work side by side, each of up to
 * {@value #LEAST_BATCH} requests or of an eighth of what waits, so that long round trips do not bound the throughput.
 */
final class Pipeline {
    private static final int WINDOW = 8;
    private static final int LEAST_BATCH = 16;

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final AtomicLong breaks = new AtomicLong();
    private final Queue<LettuceCommand> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile @Nullable Thread reader;

    Pipeline(StatefulRedisConnection<byte[], byte[]> connection) {
        this.connection = connection;
    }

    StatefulRedisConnection<byte[], byte[]> connection() {
        return connection;
    }

    /** Called when the connection breaks. */
    void broke() {
        breaks.incrementAndGet();
    }

    /** Returns how often the connection has broken: a reply that came after a break may be that of a second send. */
    long breaks() {
        return breaks.get();
    }

    /** Called on the thread that reads replies, with each of them. */
    void readHere() {
        Thread thread = Thread.currentThread();
        if (reader != thread) {
            reader = thread;
        }
    }

    /** Returns whether the calling thread is the one that reads replies, and so cannot wait for any. */
    boolean isReader() {
        return reader == Thread.currentThread();
    }

    void send(LettuceCommand command) {
        queue.add(command);
        queued.incrementAndGet();
        pump();
    }

    /** Writes batches while there is room for them. Whoever ends a batch looks again, so nothing is left behind. */
    private void pump() {
        while (!queue.isEmpty()) {
            int batches = underWay.get();
            if (batches >= WINDOW) {
                return;
            }
            if (underWay.compareAndSet(batches, batches + 1) && write(new Batch())) {
                underWay.decrementAndGet();
            }
        }
    }

    /** Returns whether the batch is over already. */
    private boolean write(Batch batch) {
        List<LettuceCommand> commands = take(batch);
        try {
            if (commands.size() == 1) {
                RedisCommand<byte[], byte[], byte[]> unused = connection.dispatch(commands.get(0));
            } else if (!commands.isEmpty()) {
                var unused = connection.dispatch(commands);
            }
        } catch (RuntimeException e) {
            commands.forEach(command -> command.completeExceptionally(e));
        }
        return batch.countDown();
    }

    private List<LettuceCommand> take(Batch batch) {
        int most = Math.max(LEAST_BATCH, queued.get() / WINDOW);
        List<LettuceCommand> commands = new ArrayList<>(LEAST_BATCH);
        while (commands.size() < most) {
            LettuceCommand next = queue.poll();
            if (next == null) {
                break;
            }
            queued.decrementAndGet();
            if (next.joins(batch)) {
                batch.left.incrementAndGet();
                commands.add(next);
            }
        }
        return commands;
    }

    /** Requests that were written together. Over when none of them waits for a reply, and its writer is done with it. */
    final class Batch {
        private final AtomicInteger left = new AtomicInteger(1);

        void leave() {
            if (countDown()) {
                underWay.decrementAndGet();
                pump();
            }
        }

        private boolean countDown() {
            return left.decrementAndGet() == 0;
        }
    }
}
