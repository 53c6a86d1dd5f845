package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.FirestoreEmulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Those that wait listen: who is woken, by what, and what is left of it. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
@ExtendWith(SlowAnswers.class)
class WakeUpsTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    /** After so many looks the pause that follows is 400 ms or more. */
    private static final int MANY_LOOKS = 6;

    /** Less than any pause that begins then. */
    private static final Duration SOON = Duration.ofMillis(350);

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final String run = UUID.randomUUID().toString();
    private final FirestoreLockOptions options =
            FirestoreLockOptions.defaults().withCollection("locks-" + run).withOperationTimeout(Duration.ofSeconds(20));
    private final List<Thread> threads = new ArrayList<>();
    private final Contender holder = new Contender(options);
    private final Contender waiter = new Contender(options);

    @AfterEach
    void close() throws InterruptedException {
        holder.close();
        waiter.close();
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
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("20 seconds").isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void take(SyncGuard guard, String key) {
        guard.run(key, PATIENT, () -> {});
    }

    /** Waits until a waiter has just looked, and is not going to do so again for the time of a long pause. */
    private static void awaitLooks(Contender waiter, int since) {
        await(() -> waiter.wire.looks() >= since + MANY_LOOKS);
    }

    @Test
    @DisplayName("WAI-1 a release wakes a thread that waits elsewhere, long before it would have looked again")
    void threadIsWoken() throws InterruptedException {
        Duration soonest = Duration.ofDays(1);
        for (int round = 0; round < 10 && soonest.compareTo(SOON) > 0; round++) {
            int looks = waiter.wire.looks();
            HeldLock lock = holder.guard.acquire("job", PATIENT);
            Thread thread = start(() -> take(waiter.guard, "job"));
            awaitLooks(waiter, looks);
            long released = System.nanoTime();
            lock.close();
            thread.join();
            Duration took = Duration.ofNanos(System.nanoTime() - released);
            soonest = took.compareTo(soonest) < 0 ? took : soonest;
        }

        assertThat(soonest).isLessThan(SOON);
    }

    @Test
    @DisplayName("WAI-1 a release wakes a future that waits elsewhere, long before it would have looked again")
    void futureIsWoken() {
        Duration soonest = Duration.ofDays(1);
        for (int round = 0; round < 10 && soonest.compareTo(SOON) > 0; round++) {
            int looks = waiter.wire.looks();
            HeldLock lock = holder.guard.acquire("job", PATIENT);
            CompletableFuture<AsyncHeldLock> waiting = waiter.guard.async().acquire("job", PATIENT);
            awaitLooks(waiter, looks);
            long released = System.nanoTime();
            lock.close();
            AsyncHeldLock taken = waiting.join();
            Duration took = Duration.ofNanos(System.nanoTime() - released);
            soonest = took.compareTo(soonest) < 0 ? took : soonest;
            taken.release().join();
        }

        assertThat(soonest).isLessThan(SOON);
    }

    @Test
    @DisplayName("WAI-5 there is one listener for a backend, for all keys, from the first time that somebody waits")
    void oneListener() throws InterruptedException {
        assertThat(waiter.wire.listens()).isZero();
        HeldLock job = holder.guard.acquire("job", PATIENT);
        HeldLock task = holder.guard.acquire("task", PATIENT);
        CompletableFuture<AsyncHeldLock> future = waiter.guard.async().acquire("job", PATIENT);
        Thread same = start(() -> take(waiter.guard, "job"));
        Thread other = start(() -> take(waiter.guard, "task"));
        await(() -> waiter.wire.listening() == 1);
        await(() -> same.getState() == Thread.State.TIMED_WAITING);
        await(() -> other.getState() == Thread.State.TIMED_WAITING);

        assertThat(future.cancel(true)).isTrue();
        job.close();
        task.close();
        same.join();
        other.join();

        assertThat(waiter.wire.listens()).isEqualTo(1);
        assertThat(holder.wire.listens())
                .as("listeners of one that never waits")
                .isZero();
    }

    @Test
    @DisplayName("OPT-3 closing ends the listeners, and leaves a client that was handed in open")
    void closing() {
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        List<CompletableFuture<AsyncHeldLock>> waiting = List.of(
                waiter.guard.async().acquire("job", PATIENT),
                waiter.guard.async().acquire("job", PATIENT));
        await(() -> waiter.wire.listening() == 1);

        waiter.backend.close();

        await(() -> waiter.wire.listening() == 0);
        waiter.guard.close();
        assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(waiter.wire.listens()).as("listeners ever opened").isEqualTo(1);
        lock.close();
    }

    @Test
    @DisplayName("OPT-3 closing while somebody waits leaves no thread")
    void closingLeavesNoThread() {
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        long before = clientThreads();
        SyncGuard guard = SyncGuard.using(FirestoreLockBackendProvider.open(
                BackendUri.parse("firestore://" + Emulated.PROJECT + "?operationTimeoutMillis=20000&collection="
                        + options.collection()),
                FirestoreEmulator.address()));
        CompletableFuture<AsyncHeldLock> waiting = guard.async().acquire("job", PATIENT);
        assertThat(guard.isLocked("job")).isTrue();

        guard.close();

        assertThat(waiting).isCompletedExceptionally();
        await(() -> clientThreads() <= before);
        lock.close();
    }

    private static long clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().startsWith("Gax-") || thread.getName().startsWith("syncguard-"))
                .count();
    }

    @Test
    @DisplayName(
            "WAI-1 where no listener works, those that wait ask now and then, and try to listen once a second at the most")
    void listenersFail() throws InterruptedException {
        waiter.wire.refuseListeners(Status.PERMISSION_DENIED);
        int looks = waiter.wire.looks();
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        Thread thread = start(() -> take(waiter.guard, "job"));
        awaitLooks(waiter, looks);
        lock.close();
        thread.join();

        assertThat(waiter.wire.listens())
                .as("listeners tried in two seconds or so")
                .isBetween(1, 4);
    }

    @Test
    @DisplayName("WAI-1 one that waits listens as soon as it is let to again")
    void listenersWorkAgain() throws InterruptedException {
        waiter.wire.refuseListeners(Status.PERMISSION_DENIED);
        HeldLock lock = holder.guard.acquire("job", PATIENT);
        Thread thread = start(() -> take(waiter.guard, "job"));
        await(() -> waiter.wire.listens() == 1);

        waiter.wire.refuseListeners(null);

        await(() -> waiter.wire.listening() == 1);
        lock.close();
        thread.join();
    }

    @Test
    @DisplayName("WAI-1 nobody pays for listeners that nobody needs, not even who stands back")
    void uncontended() {
        holder.wire.bill();
        for (int i = 0; i < 20; i++) {
            take(holder.guard, "job");
        }

        assertThat(holder.wire.bill()).isEqualTo("1 reads, 40 writes");
        assertThat(holder.wire.listens()).isZero();
    }
}
