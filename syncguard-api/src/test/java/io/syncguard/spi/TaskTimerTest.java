package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TaskTimerTest {
    @Test
    @DisplayName("a task runs on the timer's thread, unless it was cancelled")
    void runs() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        try (TaskTimer timer = new TaskTimer("test-timer")) {
            Future<?> cancelled = timer.after(TimeUnit.MILLISECONDS.toNanos(2_000), () -> ran.add("cancelled"));
            cancelled.cancel(false);
            timer.after(
                    TimeUnit.MILLISECONDS.toNanos(2_050),
                    () -> ran.add(Thread.currentThread().getName()));

            assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("test-timer");
        }
    }

    @Test
    @DisplayName("OPT-3 after close the thread is gone, what was scheduled never runs, and nothing can be scheduled")
    void close() throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        TaskTimer timer = new TaskTimer("test-timer");
        timer.after(0, () -> thread.complete(Thread.currentThread()));
        timer.after(TimeUnit.SECONDS.toNanos(2), () -> ran.add("scheduled"));
        thread.get(60, TimeUnit.SECONDS);

        timer.close();
        timer.close();

        assertThat(timer.after(0, () -> ran.add("too late"))).isNull();
        thread.join().join(60_000);
        assertThat(thread.join().isAlive()).isFalse();
        try (TaskTimer control = new TaskTimer("control-timer")) {
            control.after(TimeUnit.SECONDS.toNanos(2), () -> ran.add("scheduled later, on another timer"));
            assertThat(ran.poll(60, TimeUnit.SECONDS)).isEqualTo("scheduled later, on another timer");
        }
    }

    @Test
    @DisplayName("a task may close its timer, and an interrupted thread does not wait")
    void closesWithoutWaiting() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        TaskTimer timer = new TaskTimer("test-timer");
        timer.after(0, () -> {
            timer.close();
            closed.complete(true);
        });
        assertThat(closed.get(60, TimeUnit.SECONDS)).isTrue();

        TaskTimer other = new TaskTimer("test-timer");
        other.after(TimeUnit.HOURS.toNanos(1), () -> {});
        Thread.currentThread().interrupt();
        other.close();
        assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
    }
}
