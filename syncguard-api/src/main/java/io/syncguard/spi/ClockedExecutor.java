package io.syncguard.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** The executor of a {@link TaskTimer} whose clock may jump. Runs nothing but {@link DueTask}s, on one thread. Thread-safe. */
final class ClockedExecutor extends ScheduledThreadPoolExecutor implements GuardClock.JumpListener {
    /** The thread that moves the clock does not wait for ever for a task that hangs. */
    private static final long LONGEST_JUMP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final GuardClock clock;
    private final BooleanSupplier onOwnThread;
    private final AtomicLong scheduled = new AtomicLong();

    /** Completes when no task runs any more. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    ClockedExecutor(GuardClock clock, ThreadFactory threads, BooleanSupplier onOwnThread) {
        super(1, threads);
        this.clock = clock;
        this.onOwnThread = onOwnThread;
    }

    @Override
    protected <V> RunnableScheduledFuture<V> decorateTask(Runnable task, RunnableScheduledFuture<V> byTheMachine) {
        return new ClockedTask<>((DueTask) task);
    }

    /** Runs what is due now, and what that schedules to run at once. Returns after that, unless it is called by a task. */
    @Override
    public void clockJumped() {
        CompletableFuture<Void> settled = new CompletableFuture<>();
        try {
            if (getQueue().peek() instanceof ClockedTask<?> first) {
                // A new first task has the thread look at its clock again.
                schedule(first.dueNanos - 1, () -> {});
            } else if (getPoolSize() == 0) {
                return;
            }
            settle(settled);
        } catch (RejectedExecutionException closed) {
            return;
        }
        if (!onOwnThread.getAsBoolean()) {
            await(CompletableFuture.anyOf(settled, over));
        }
    }

    private void schedule(long dueNanos, Runnable task) {
        Future<?> unused = schedule(new DueTask(dueNanos, task), 0, TimeUnit.NANOSECONDS);
    }

    /** Completes a future behind all tasks that are due. Asked on the thread of the tasks, so that none of them is just running. */
    private void settle(CompletableFuture<Void> settled) {
        schedule(clock.nanoTime(), () -> {
            if (getQueue().peek() instanceof ClockedTask<?> first && first.getDelay(TimeUnit.NANOSECONDS) <= 0) {
                settle(settled);
            } else {
                settled.complete(null);
            }
        });
    }

    private static void await(CompletableFuture<?> end) {
        try {
            end.get(LONGEST_JUMP_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // A task hangs.
        }
    }

    @Override
    protected void terminated() {
        over.complete(null);
    }

    /** A task in the queue, which is in the order of the moments. */
    private final class ClockedTask<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        private final long dueNanos;
        private final long number = scheduled.getAndIncrement();

        @SuppressWarnings("NullAway") // Nobody asks for the result of a task.
        ClockedTask(DueTask task) {
            super(task, (V) null);
            this.dueNanos = task.dueNanos();
        }

        @Override
        public boolean isPeriodic() {
            return false;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - clock.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            ClockedTask<?> that = (ClockedTask<?>) other;
            long later = dueNanos - that.dueNanos;
            return Long.signum(later == 0 ? number - that.number : later);
        }

        @Override
        protected void done() {
            if (isCancelled()) {
                boolean unused = ClockedExecutor.this.remove(this);
            }
        }
    }
}
