package io.syncguard.redis.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.RedisCommand;
import io.syncguard.redis.common.ReplicaAcks;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Which one the current thread is writing to. Set to null and not removed: that would cost an allocation for each request. */
    private static final ThreadLocal<@Nullable Pipeline> WRITING = new ThreadLocal<>();

    private final StatefulRedisConnection<byte[], byte[]> connection;

    /** Written by the thread that reads. */
    private final AtomicLong replies = new AtomicLong();

    private final Queue<LettuceCommand> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile @Nullable Thread reader;

    /** Those that are not answered yet. */
    private final Set<ReplicaQuestion> questions = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean left;
    private volatile boolean closed;

    Pipeline(StatefulRedisConnection<byte[], byte[]> connection) {
        this.connection = connection;
    }

    StatefulRedisConnection<byte[], byte[]> connection() {
        return connection;
    }

    /**
     * Called when its server does not answer, or the connection broke: the next call is to open a connection. Requests that are under way
     * here are sent again there.
     */
    void leave() {
        retire();
        close();
    }

    /** Called when its server turns out to be no master any more: the next call is to open a connection to whoever is. */
    void retire() {
        left = true;
        pump();
        closeIfIdle();
    }

    private void closeIfIdle() {
        if (left && underWay.get() == 0) {
            close();
        }
    }

    private void close() {
        if (closing.compareAndSet(false, true)) {
            connection.closeAsync().whenComplete((unused, failure) -> closed = true);
        }
    }

    /** Returns whether its connection was left and is closed, so that no reply comes over it any more. */
    boolean isClosed() {
        return closed;
    }

    boolean isLeft() {
        return left;
    }

    /** Called on the thread that reads replies, with each of them. */
    void readHere() {
        Thread thread = Thread.currentThread();
        if (reader != thread) {
            reader = thread;
        }
        replies.lazySet(replies.getPlain() + 1);
    }

    /** Returns how many replies have been read. */
    long replies() {
        return replies.get();
    }

    /** Returns whether the server has answered a request, and says no more until replicas have what that wrote. */
    boolean isServerWaiting() {
        return questions.stream().anyMatch(ReplicaQuestion::isServerWaiting);
    }

    /** Called when there will be no other answer to a question. */
    void ended(ReplicaQuestion question) {
        questions.remove(question);
    }

    @Nullable
    Thread reader() {
        return reader;
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
        if (WRITING.get() == this) {
            // A write that failed at once has ended a batch. Lettuce must not be entered again before it returns; its
            // caller looks again.
            return;
        }
        while (!queue.isEmpty()) {
            if (left) {
                moveOn();
                return;
            }
            int batches = underWay.get();
            if (batches >= WINDOW) {
                return;
            }
            if (underWay.compareAndSet(batches, batches + 1) && write(new Batch())) {
                // All its replies were here before its writer was done with it.
                underWay.decrementAndGet();
                closeIfIdle();
            }
        }
    }

    private void moveOn() {
        for (LettuceCommand next = queue.poll(); next != null; next = queue.poll()) {
            queued.decrementAndGet();
            next.moveOn();
        }
    }

    /** Returns whether the batch is over already. Where there is little traffic it is of one, and no list is made. */
    private boolean write(Batch batch) {
        LettuceCommand first = next(batch);
        if (first != null) {
            LettuceCommand second = next(batch);
            if (second == null && first.acks() == null && !first.isAsking()) {
                write(first);
            } else {
                write(batch, first, second);
            }
        }
        return batch.countDown();
    }

    private void write(LettuceCommand command) {
        WRITING.set(this);
        try {
            connection.dispatch(command);
        } catch (RuntimeException e) {
            command.completeExceptionally(e);
        } finally {
            WRITING.set(null);
        }
    }

    private void write(Batch batch, LettuceCommand first, @Nullable LettuceCommand second) {
        List<LettuceCommand> commands = new ArrayList<>(LEAST_BATCH);
        commands.add(first);
        if (second != null) {
            commands.add(second);
        }
        int most = Math.max(LEAST_BATCH, queued.get() / WINDOW);
        while (commands.size() < most) {
            LettuceCommand next = next(batch);
            if (next == null) {
                break;
            }
            commands.add(next);
        }
        WRITING.set(this);
        try {
            connection.dispatch(withQuestion(withAsking(commands)));
        } catch (RuntimeException e) {
            commands.forEach(command -> command.completeExceptionally(e));
        } finally {
            WRITING.set(null);
        }
    }

    private static List<? extends RedisCommand<byte[], byte[], ?>> withAsking(List<LettuceCommand> commands) {
        if (commands.stream().noneMatch(LettuceCommand::isAsking)) {
            return commands;
        }
        List<RedisCommand<byte[], byte[], ?>> all = new ArrayList<>();
        for (LettuceCommand command : commands) {
            if (command.isAsking()) {
                all.add(new AskingCommand());
            }
            all.add(command);
        }
        return all;
    }

    /** All that have to know what replicas have ask the same replicas. */
    private List<? extends RedisCommand<byte[], byte[], ?>> withQuestion(
            List<? extends RedisCommand<byte[], byte[], ?>> commands) {
        ReplicaAcks acks = null;
        for (RedisCommand<byte[], byte[], ?> command : commands) {
            acks = acks == null && command instanceof LettuceCommand ours ? ours.acks() : acks;
        }
        if (acks == null) {
            return commands;
        }
        List<LettuceCommand> wanting = commands.stream()
                .filter(LettuceCommand.class::isInstance)
                .map(LettuceCommand.class::cast)
                .filter(command -> command.acks() != null)
                .toList();
        List<RedisCommand<byte[], byte[], ?>> all = new ArrayList<>(commands);
        ReplicaQuestion question = new ReplicaQuestion(acks, wanting, this);
        questions.add(question);
        all.add(question);
        return all;
    }

    /** Takes the next one that is still to be written into a batch; null if there is none. */
    private @Nullable LettuceCommand next(Batch batch) {
        while (true) {
            LettuceCommand next = queue.poll();
            if (next == null) {
                return null;
            }
            queued.decrementAndGet();
            if (next.joins(batch)) {
                batch.incrementAndGet();
                return next;
            }
        }
    }

    /**
     * Requests that were written together: counts those that wait for a reply, and its writer until he is done with it. A
     * counter itself, because each request that is alone has one.
     */
    final class Batch extends AtomicInteger {
        private static final long serialVersionUID = 1;

        private Batch() {
            super(1);
        }

        void leave() {
            if (countDown()) {
                underWay.decrementAndGet();
                pump();
                closeIfIdle();
            }
        }

        private boolean countDown() {
            return decrementAndGet() == 0;
        }
    }
}
