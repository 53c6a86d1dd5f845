package io.syncguard.shedlock;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A scheduler whose one periodic task a test runs. */
final class HandRunScheduler extends ScheduledThreadPoolExecutor {
    private Runnable task = () -> {};
    private Duration period = Duration.ZERO;
    private ScheduledFuture<?> handle;

    HandRunScheduler() {
        super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        this.task = command;
        this.period = Duration.of(period, unit.toChronoUnit());
        handle = schedule(() -> {}, 1, TimeUnit.DAYS);
        return handle;
    }

    Duration period() {
        return period;
    }

    void runTask() {
        task.run();
    }

    boolean isCancelled() {
        return handle.isCancelled();
    }
}
