package io.syncguard;

import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A backend may have a monitor of its own, which its answers need, and wake waiters under it. */
@Timeout(180)
class BackendMonitorTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(10)).withMaxRetries(Integer.MAX_VALUE);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final StubbedWakeUps wakeUps = new StubbedWakeUps();
    private final Object monitor = new Object();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean deadlocked = new AtomicBoolean();
    private SyncGuard guard;

    @AfterEach
    void close() {
        // Closing may wait for ever for a thread that does.
        if (!deadlocked.get()) {
            guard.close();
        }
    }

    private Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** What of a backend needs its monitor. */
    private enum Needs {
        STAND_ASIDE((wakeUps, monitor) -> wakeUps.standAside = () -> {
            synchronized (monitor) {
                return Duration.ZERO;
            }
        }),
        HOLD_BACK((wakeUps, monitor) -> wakeUps.holdBack = () -> {
            synchronized (monitor) {
                return Duration.ZERO;
            }
        }),
        ATTEMPT((wakeUps, monitor) -> wakeUps.answers = () -> {
            synchronized (monitor) {
                return wakeUps.granted();
            }
        });

        private final BiConsumer<StubbedWakeUps, Object> use;

        Needs(BiConsumer<StubbedWakeUps, Object> use) {
            this.use = use;
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of(Way.BLOCKING, Needs.HOLD_BACK),
                Arguments.of(Way.BLOCKING, Needs.ATTEMPT),
                Arguments.of(Way.ASYNC, Needs.STAND_ASIDE),
                Arguments.of(Way.ASYNC, Needs.HOLD_BACK),
                Arguments.of(Way.ASYNC, Needs.ATTEMPT));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("WAI-1, OPT-6 a wake-up under the monitor of a backend does not meet one that waits for that monitor")
    void wokenUnderTheMonitor(Way way, Needs needs) throws InterruptedException {
        backend.otherwise = Contended::unknown;
        backend.wakeUps = wakeUps;
        wakeUps.triesWhereWoken = true;
        guard = SyncGuard.using(backend);
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", PATIENT);
        CompletableFuture<LockHandle> second = new CompletableFuture<>();
        Thread waiter = null;
        if (way == Way.BLOCKING) {
            waiter = start(() -> second.complete(guard.acquire("k", PATIENT)));
            Thread waiting = waiter;
            Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        } else {
            guard.async().acquire("k", PATIENT).thenAccept(second::complete);
        }
        needs.use.accept(wakeUps, monitor);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        Thread waking = start(() -> {
            synchronized (monitor) {
                entered.countDown();
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                wakeUps.wake.run();
            }
        });
        entered.await();
        Thread leaving = start(() -> first.cancel(true));
        Await.until(
                "the attempt of the next waiter needs the monitor", () -> leaving.getState() == Thread.State.BLOCKED);
        deadlocked.set(true);

        blocked.countDown();

        Await.until("both threads have ended", () -> !waking.isAlive() && !leaving.isAlive());
        deadlocked.set(false);
        wakeUps.grants.set(1);
        wakeUps.wake.run();
        Await.until("the next waiter has the lock", second::isDone);
        if (waiter != null) {
            waiter.join(10_000);
        }
    }

    @Test
    @DisplayName(
            "WAI-1, WAI-6 a waiter that joins while the place of the one before it is closed tries in a place of its own")
    void joinsWhileAPlaceIsClosed() throws InterruptedException {
        backend.otherwise = Contended::unknown;
        backend.wakeUps = wakeUps;
        wakeUps.triesWhereWoken = true;
        guard = SyncGuard.using(backend);
        AtomicBoolean closing = new AtomicBoolean();
        AtomicBoolean joining = new AtomicBoolean();
        AtomicInteger spins = new AtomicInteger();
        wakeUps.closing = () -> {
            closing.set(true);
            spinUntil(joining);
            for (int i = spins.get(); i > 0; i--) {
                Thread.onSpinWait();
            }
        };
        // Asked by a caller that finds nobody waiting, right before it joins the queue.
        wakeUps.holdBack = () -> {
            boolean joins = closing.get() && !joining.getAndSet(true);
            return joins ? Duration.ofNanos(1) : Duration.ZERO;
        };
        int rounds = 1_000;
        SynchronousQueue<CompletableFuture<?>> toCancel = new SynchronousQueue<>();
        Thread cancelling = start(() -> {
            try {
                for (int i = 0; i < rounds; i++) {
                    toCancel.take().cancel(true);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < rounds; i++) {
            closing.set(false);
            CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", PATIENT);
            int before = wakeUps.attempts.get();
            spins.set(i % 100);
            joining.set(false);
            toCancel.put(first);
            spinUntil(closing);

            CompletableFuture<AsyncHeldLock> second = guard.async().acquire("k", PATIENT);

            Await.until("round " + i + ": the only waiter tries", () -> wakeUps.attempts.get() > before);
            second.cancel(true);
            Await.until("its place is closed", () -> wakeUps.closed.get() == wakeUps.entered.get());
            backend.calls.clear();
        }
        cancelling.join();
    }

    private static void spinUntil(AtomicBoolean condition) {
        for (int i = 1; !condition.get(); i++) {
            if (i % 1_000 == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
