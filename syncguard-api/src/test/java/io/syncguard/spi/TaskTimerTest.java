package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** A clock that stands still until a test moves it. */
    private static final class HandClock implements GuardClock {
        private final Set<JumpListener> listeners = ConcurrentHashMap.newKeySet();
        private volatile long nanos = Long.MAX_VALUE - TimeUnit.MINUTES.toNanos(1);

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long currentTimeMillis() {
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }

        @Override
        public void addJumpListener(JumpListener listener) {
            listeners.add(listener);
        }

        @Override
        public void removeJumpListener(JumpListener listener) {
            listeners.remove(listener);
        }

        void advance(Duration time) {
            nanos += time.toNanos();
            listeners.forEach(JumpListener::clockJumped);
        }
    }

    @Test
    @DisplayName(
            "TIME-8 a jump runs what has become due, in the order of its moments, and what that schedules, before it returns")
    void jumps() {
        HandClock clock = new HandClock();
        List<String> ran = new CopyOnWriteArrayList<>();
        try (TaskTimer timer = new TaskTimer("test-timer", clock)) {
            for (int minutes : new int[] {3, 1, 2, 90, 1}) {
                timer.after(TimeUnit.MINUTES.toNanos(minutes), () -> {
                    ran.add("after " + minutes);
                    timer.after(0, () -> ran.add("and then"));
                });
            }
            Future<?> cancelled = timer.at(clock.nanoTime() + 1, () -> ran.add("cancelled"));
            cancelled.cancel(false);
            // Computed before a jump, scheduled after it.
            long moment = clock.nanoTime() + TimeUnit.MINUTES.toNanos(50);
            assertThat(ran).isEmpty();

            clock.advance(Duration.ofMinutes(4));

            assertThat(ran)
                    .containsExactly(
                            "after 1", "after 1", "after 2", "after 3", "and then", "and then", "and then", "and then");
            ran.clear();
            timer.at(moment, () -> ran.add("at its moment"));
            clock.advance(Duration.ofMinutes(45));
            assertThat(ran).isEmpty();
            clock.advance(Duration.ofMinutes(1));
            assertThat(ran).containsExactly("at its moment");
        }
        assertThat(clock.listeners).as("after the close").isEmpty();
    }

    @Test
    @DisplayName(
            "TIME-8 a task may move the clock, a closed timer holds nobody up, and neither does one that is being closed")
    void jumpsFromWithin() throws Exception {
        HandClock clock = new HandClock();
        CountDownLatch later = new CountDownLatch(1);
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        TaskTimer timer = new TaskTimer("test-timer", clock);
        timer.after(TimeUnit.HOURS.toNanos(1), later::countDown);
        timer.after(0, () -> clock.advance(Duration.ofHours(1)));
        assertThat(later.await(60, TimeUnit.SECONDS)).isTrue();
        timer.after(0, () -> {
            within.countDown();
            awaitUninterruptibly(release);
        });
        timer.after(0, () -> {});
        assertThat(within.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> moved = CompletableFuture.runAsync(() -> clock.advance(Duration.ofHours(1)));

        timer.close();
        release.countDown();

        moved.get(60, TimeUnit.SECONDS);
        clock.advance(Duration.ofHours(1));
    }

    @Test
    @DisplayName("TIME-8 whoever moves the clock waits for the task that runs, also if it is the last one")
    void jumpsWhileTaskRuns() throws Exception {
        HandClock clock = new HandClock();
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        try (TaskTimer timer = new TaskTimer("test-timer", clock)) {
            timer.after(0, () -> {
                within.countDown();
                awaitUninterruptibly(release);
                ended.set(true);
            });
            assertThat(within.await(60, TimeUnit.SECONDS)).isTrue();
            AtomicBoolean endedBefore = new AtomicBoolean();
            Thread mover = new Thread(() -> {
                clock.advance(Duration.ofHours(1));
                endedBefore.set(ended.get());
            });

            mover.start();
            while (mover.isAlive() && mover.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            release.countDown();
            mover.join(60_000);

            assertThat(endedBefore).isTrue();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
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
