package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Code of the application may hold the monitor of whatever it is handed: nothing of the library waits for it. */
@ParameterizedClass(name = "{0}, heartbeat {1}")
@MethodSource("ways")
@Timeout(180)
class MonitorsTest {
    private static final Duration TTL = Duration.ofMillis(900);
    private static final Duration LONG = Duration.ofMinutes(10);

    @Parameter(0)
    Way way;

    @Parameter(1)
    boolean heartbeat;

    static Stream<Arguments> ways() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(arguments(way, false), arguments(way, true)));
    }

    private final ScriptedBackend backend = new ScriptedBackend();
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() throws InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        guard.close();
    }

    private LockHandle locked(String key, Duration ttl) {
        LockOptions options = LockOptions.defaults().withTtl(ttl);
        return way.acquire(guard, key, heartbeat ? options.withHeartbeat() : options);
    }

    /** Has another thread hold the monitors of objects until the end of the test. */
    private void hold(Object... objects) {
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = new Thread(() -> holdFrom(0, objects, held), "holder of monitors");
        threads.add(holder);
        holder.start();
        awaitQuietly(held);
    }

    private void holdFrom(int index, Object[] objects, CountDownLatch held) {
        if (index == objects.length) {
            held.countDown();
            awaitQuietly(end);
            return;
        }
        synchronized (objects[index]) {
            holdFrom(index + 1, objects, held);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes a call on another thread, and returns what it does, unless it is kept waiting. */
    private <T> T unhindered(Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task.get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName(
            "HLD-5 renewal and loss notices go on while the monitors of the guard, its views and its handles are held")
    void heartbeatsAndNotices() {
        LockHandle held = locked("held", LONG);
        LockHandle beating = way.acquire(
                guard, "beating", LockOptions.defaults().withTtl(TTL).withHeartbeat());
        LockHandle lost = locked("lost", TTL);
        CompletableFuture<Void> callback = new CompletableFuture<>();
        lost.onLost(() -> callback.complete(null));
        CompletableFuture<Void> stage = lost.lost().thenRun(() -> {}).toCompletableFuture();
        hold(guard, guard.async(), held, beating, lost, lost.lost(), beating.lost(), stage, guard.asLock("view"));
        long start = System.nanoTime();

        while (System.nanoTime() - start < TTL.multipliedBy(2).toNanos()) {
            assertThat(beating.isHeld()).isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(backend.count("extend")).isGreaterThanOrEqualTo(4);
        backend.otherwiseExtend = Absent::new;

        Await.until("both are told", () -> callback.isDone() && stage.isDone());
        Await.until("the loss of the other one is known", () -> !beating.isHeld());
        assertThat(held.isHeld()).isTrue();
    }

    @Test
    @DisplayName("every call goes on while the monitors of the guard, its views and its handles are held")
    void calls() throws Exception {
        LockHandle first = locked("first", LONG);
        LockHandle second = locked("second", LONG);
        Lock view = guard.asLock("view");
        hold(guard, guard.async(), first, first.lost(), second, second.lost(), view);

        assertThat(unhindered(() -> way.extend(first, LONG))).isTrue();
        assertThat(unhindered(first::isHeld)).isTrue();
        assertThat(unhindered(first::toString)).contains(first.keyFingerprint());
        assertThat(unhindered(() -> way.release(first))).isTrue();
        assertThat(unhindered(() -> way.tryAcquire(guard, "third", LONG))).isPresent();
        assertThat(unhindered(() -> locked("fourth", LONG)).isHeld()).isTrue();
        assertThat(unhindered(() -> guard.isLocked("k"))).isFalse();
        assertThat(unhindered(() -> Way.joined(guard.async().lookup("k")))).isEmpty();
        assertThat(unhindered(() -> {
                    view.lock();
                    view.unlock();
                    return view.tryLock();
                }))
                .isTrue();
        assertThat(unhindered(() -> {
                    way.close(second);
                    return backend.count("release");
                }))
                .isEqualTo(3);
    }

    @Test
    @DisplayName(
            "HLD-7 closing the guard goes on while the monitors of everything it handed out are held, and tells all holders")
    void closing() throws Exception {
        LockHandle lock = locked("k", LONG);
        CompletableFuture<Void> told = new CompletableFuture<>();
        lock.onLost(() -> told.complete(null));
        PendingCall<AcquireResult> attempt = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(attempt);
        CompletableFuture<AsyncHeldLock> acquiring = guard.async().acquire("another");
        hold(guard, guard.async(), lock, lock.lost(), acquiring, guard.asLock("k"));

        unhindered(() -> {
            guard.close();
            return null;
        });

        Await.until("the holder is told", told::isDone);
        Await.until("the acquire has ended", acquiring::isDone);
        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(backend.count("abandon")).isEqualTo(1);
    }

    @Test
    @DisplayName("an acquire whose future's monitor is held is granted, times out and is cancelled as any other")
    void futuresOfAcquires() throws Exception {
        PendingCall<AcquireResult> granted = PendingCall.sent(LockOperation.ACQUIRE);
        PendingCall<AcquireResult> cancelled = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(granted);
        backend.async().acquires.add(cancelled);
        backend.otherwise = Contended::unknown;
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("first");
        CompletableFuture<AsyncHeldLock> second = guard.async().acquire("second");
        CompletableFuture<AsyncHeldLock> third =
                guard.async().acquire("third", LockOptions.defaults().withTimeout(Duration.ofMillis(300)));
        hold(guard, guard.async(), first, second, third);

        assertThat(unhindered(() -> granted.complete(acquired(7)))).isTrue();
        assertThat(unhindered(first::join).fence().value()).isEqualTo(7);
        assertThat(unhindered(() -> second.cancel(true))).isTrue();
        assertThat(cancelled).isCancelled();
        Await.until("it times out", third::isCompletedExceptionally);
    }

    @Test
    @DisplayName("WAI-1 a waiter whose future's monitor is held is woken, and so is the one behind it")
    void futuresOfWaiters() {
        ScriptedWakeUps wakeUps = new ScriptedWakeUps();
        wakeUps.futures = CompletableFuture::completedFuture;
        backend.wakeUps = wakeUps;
        backend.otherwise = Contended::unknown;
        guard.close();
        guard = SyncGuard.using(backend);
        LockOptions patient =
                LockOptions.defaults().withTimeout(Duration.ofMinutes(1)).withMaxRetries(Integer.MAX_VALUE);
        CompletableFuture<AsyncHeldLock> first = guard.async().acquire("k", patient);
        CompletableFuture<AsyncHeldLock> second = guard.async().acquire("k", patient);
        FutureTask<LockHandle> third = new FutureTask<>(() -> way.acquire(guard, "k", patient));
        Thread waiting = new Thread(third);
        threads.add(waiting);
        waiting.start();
        Await.until("the first has tried", () -> !wakeUps.attempts.isEmpty());
        hold(guard, guard.async(), first, second);
        wakeUps.answers = number -> acquired(number);

        Await.until("all are served", () -> {
            wakeUps.wake();
            return first.isDone() && second.isDone() && third.isDone();
        });

        assertThat(first.join().isHeld()).isTrue();
        assertThat(second.join().isHeld()).isTrue();
    }

    @Test
    @DisplayName(
            "calls on a handle whose futures' monitors are held are answered, given up and followed by the next ones")
    void futuresOfHandles() throws Exception {
        backend.operationTimeout = Duration.ofMillis(400);
        guard.close();
        guard = SyncGuard.using(backend);
        AsyncHeldLock lock =
                guard.async().acquire("k", LockOptions.defaults().withTtl(LONG)).join();
        PendingCall<ExtendResult> underWay = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(underWay);
        CompletableFuture<Boolean> first = lock.extend(LONG);
        CompletableFuture<Boolean> second = lock.extend(LONG);
        CompletableFuture<Boolean> third = lock.extend(LONG);
        PendingCall<ReleaseResult> releasing = PendingCall.sent(LockOperation.RELEASE);
        backend.async().releases.add(releasing);
        hold(lock, first, second, third, guard, guard.async());

        unhindered(() -> third.cancel(true));
        Await.until("the second is given up", second::isCompletedExceptionally);
        CompletableFuture<Boolean> release = unhindered(lock::release);
        hold(release);
        unhindered(() -> underWay.complete(new Extended(Instant.EPOCH)));

        Await.until("the release is under way", () -> backend.count("release") == 1);
        assertThat(first).isCompletedWithValue(true);
        unhindered(() -> releasing.complete(ReleaseResult.RELEASED));
        assertThat(release).isCompletedWithValue(true);
        assertThat(backend.count("extend")).isEqualTo(1);
    }
}
