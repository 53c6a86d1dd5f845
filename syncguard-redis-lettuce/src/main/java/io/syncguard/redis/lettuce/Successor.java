package io.syncguard.redis.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A connection that is opened beside one on which nothing was heard for a while (RDS-17). It takes that one's place if that still
 * says nothing, and is closed otherwise. There is one at a time, and one in half an operation timeout. Thread-safe; blocks nobody.
 */
final class Successor {
    /** The part of an operation timeout for which the first connection may still speak: a server that wakes answers in any order. */
    private static final int GRACE = 20;

    private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener;
    private final CallDeadlines deadlines;
    private final EventExecutorGroup timer;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile long notBeforeNanos = System.nanoTime();

    Successor(
            Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> opener,
            CallDeadlines deadlines,
            EventExecutorGroup timer) {
        this.opener = opener;
        this.deadlines = deadlines;
        this.timer = timer;
    }

    /**
     * Begins to open it, unless that is under way or was a moment ago.
     *
     * @param unheard on which nothing was heard
     * @param takeOver is given the connection if nothing was heard since; returns false if it is not wanted any more
     */
    void openBeside(Pipeline unheard, Predicate<StatefulRedisConnection<byte[], byte[]>> takeOver) {
        long nowNanos = System.nanoTime();
        if (nowNanos - notBeforeNanos < 0 || !underWay.compareAndSet(false, true)) {
            return;
        }
        notBeforeNanos = nowNanos + deadlines.operationNanos() / 2;
        long replies = unheard.replies();
        try {
            opener.get().whenComplete((connection, failure) -> {
                if (failure == null) {
                    decideLater(connection, () -> unheard.replies() == replies && takeOver.test(connection));
                } else {
                    underWay.set(false);
                }
            });
        } catch (RuntimeException e) {
            // A client that its owner has shut down does not even begin.
            underWay.set(false);
        }
    }

    private void decideLater(StatefulRedisConnection<byte[], byte[]> connection, Supplier<Boolean> takesOver) {
        try {
            timer.schedule(
                    () -> {
                        if (!takesOver.get()) {
                            connection.closeAsync();
                        }
                        underWay.set(false);
                    },
                    deadlines.operationNanos() / GRACE,
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            connection.closeAsync();
            underWay.set(false);
        }
    }
}
