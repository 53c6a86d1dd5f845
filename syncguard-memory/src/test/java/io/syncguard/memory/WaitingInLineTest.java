package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class WaitingInLineTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    private final MemoryStore store = new MemoryStore();
    private final SyncGuard guard = SyncGuard.using(MemoryLockBackend.on(store));
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        guard.close();
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).as("a waiter that was left behind").isFalse();
        }
    }

    private Thread start(Runnable work) {
        Thread thread = new Thread(work);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void awaitWaiting(Thread thread) {
        await(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    @DisplayName("WAI-1 a release wakes who waits at once, whichever way he waits")
    void woken() {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            HeldLock held = guard.acquire("key");
            AtomicLong takenNanos = new AtomicLong();
            CompletableFuture<AsyncHeldLock> future = null;
            if (i % 2 == 0) {
                Thread waiter = start(() -> {
                    try (HeldLock lock = guard.acquire("key", PATIENT)) {
                        takenNanos.set(System.nanoTime());
                    }
                });
                awaitWaiting(waiter);
            } else {
                future = guard.async().acquire("key", PATIENT);
                future.thenAccept(lock -> takenNanos.set(System.nanoTime()));
            }
            assertThat(takenNanos).hasValue(0);

            try (StallMeter stalls = StallMeter.start()) {
                long released = System.nanoTime();
                held.close();
                await(() -> takenNanos.get() != 0);

                micros.add(TimeUnit.NANOSECONDS.toMicros(
                        takenNanos.get() - released - stalls.worst().toNanos()));
            }
            if (future != null) {
                future.join().close().join();
            }
            await(() -> !guard.isLocked("key"));
        }
        // A waiter that is not woken tries again 50 ms after its last attempt at the earliest.
        assertThat(micros.stream().sorted().toList().get(10))
                .as("the median wake-up in microseconds, of %s", micros)
                .isLessThan(40_000);
    }

    @Test
    @DisplayName("WAI-2 waiters of one guard are served in the order they came, threads and futures alike")
    void inOrder() {
        HeldLock held = guard.acquire("key");
        List<Integer> served = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            if (i % 2 == 0) {
                Thread waiter = start(() -> {
                    try (HeldLock lock = guard.acquire("key", PATIENT)) {
                        served.add(number);
                    }
                });
                awaitWaiting(waiter);
            } else {
                // Is in line when this returns, as no call of the backend waits.
                guard.async().acquire("key", PATIENT).thenCompose(lock -> {
                    served.add(number);
                    return lock.close();
                });
            }
        }

        held.close();

        await(() -> served.size() == 20);
        assertThat(served).isSorted();
    }

    @Test
    @DisplayName("WAI-2 who gives up, is interrupted or cancelled leaves the line, and the next one has his turn")
    void leaving() throws InterruptedException {
        HeldLock held = guard.acquire("key");
        AtomicReference<LockException> interrupted = new AtomicReference<>();
        Thread first = start(
                () -> interrupted.set(catchThrowableOfType(LockException.class, () -> guard.acquire("key", PATIENT))));
        awaitWaiting(first);
        CompletableFuture<AsyncHeldLock> second = guard.async().acquire("key", PATIENT);
        CompletableFuture<AsyncHeldLock> third =
                guard.async().acquire("key", PATIENT.withTimeout(Duration.ofMillis(100)));
        AtomicInteger taken = new AtomicInteger();
        Thread fourth = start(() -> {
            try (HeldLock lock = guard.acquire("key", PATIENT)) {
                taken.incrementAndGet();
            }
        });
        awaitWaiting(fourth);

        first.interrupt();
        first.join(60_000);
        second.cancel(true);
        await(third::isDone);
        assertThat(interrupted.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(LockException.within(third.handle((lock, e) -> e).join())
                        .orElseThrow()
                        .code())
                .isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
        held.close();

        await(() -> taken.get() == 1);
    }

    @Test
    @DisplayName("WAI-2, OPT-3 closing the guard wakes all who wait, with ABORTED")
    void closing() {
        SyncGuard other = SyncGuard.using(MemoryLockBackend.on(store));
        HeldLock held = guard.acquire("key");
        List<LockErrorCode> codes = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            Thread waiter =
                    start(() -> codes.add(catchThrowableOfType(LockException.class, () -> other.acquire("key", PATIENT))
                            .code()));
            awaitWaiting(waiter);
            other.async()
                    .acquire("key", PATIENT)
                    .whenComplete((lock, e) ->
                            codes.add(LockException.within(e).orElseThrow().code()));
        }
        try (StallMeter stalls = StallMeter.start()) {
            other.close();

            await(() -> codes.size() == 10);
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(codes).containsOnly(LockErrorCode.ABORTED);
        held.close();
    }

    @Test
    @DisplayName("WAI-3 a fast releaser does not take its own lock straight back while somebody waits elsewhere")
    void fair() throws InterruptedException {
        double best = 0;
        // A waiter that is stalled for longer than it is waited for loses its turn.
        for (int i = 0; i < 20 && best <= 0.5; i++) {
            best = Math.max(best, fewestToMostTurns());
        }

        assertThat(best).as("fewest to most turns").isGreaterThan(0.5);
    }

    private double fewestToMostTurns() throws InterruptedException {
        List<AtomicInteger> turns = new ArrayList<>();
        List<SyncGuard> guards = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(4);
        CountDownLatch done = new CountDownLatch(4);
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < 4; i++) {
            AtomicInteger mine = new AtomicInteger();
            turns.add(mine);
            SyncGuard own = SyncGuard.using(MemoryLockBackend.on(store));
            guards.add(own);
            start(() -> {
                ready.countDown();
                awaitQuietly(ready);
                while (!over.get()) {
                    try (HeldLock lock = own.acquire("key", PATIENT)) {
                        mine.incrementAndGet();
                        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
                    }
                }
                done.countDown();
            });
        }
        ready.await();
        TimeUnit.SECONDS.sleep(2);
        over.set(true);
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        guards.forEach(SyncGuard::close);

        int most = turns.stream().mapToInt(AtomicInteger::get).max().orElseThrow();
        int fewest = turns.stream().mapToInt(AtomicInteger::get).min().orElseThrow();
        return (double) fewest / most;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
