package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Absent;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guard works on threads of its own: it depends on none that others can block, and inherits nothing from those that use it. */
@Timeout(180)
class OwnThreadsTest {
    private static final Duration TTL = Duration.ofMillis(600);

    /** What a thread that does not come to run may add. */
    private static final Duration STALL = Duration.ofSeconds(5);

    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(40)).withMaxRetries(Integer.MAX_VALUE);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final ScriptedWakeUps wakeUps = new ScriptedWakeUps();
    private final Queue<String> stages = new ConcurrentLinkedQueue<>();
    private SyncGuard guard;

    @AfterEach
    void close() {
        if (guard != null) {
            guard.close();
        }
    }

    private SyncGuard opened(boolean wakes) {
        // The JDK's timer, which completes them by default, is busy.
        wakeUps.futures = CompletableFuture::completedFuture;
        backend.wakeUps = wakes ? wakeUps : null;
        guard = SyncGuard.using(backend);
        return guard;
    }

    /** Takes note of the thread on which a stage of a future runs. */
    private <T> CompletableFuture<T> noted(CompletableFuture<T> future) {
        return future.whenComplete(
                (value, failure) -> stages.add(Thread.currentThread().getName()));
    }

    private void verifyStages(int count) {
        Await.until("the stages have run", () -> stages.size() == count);
        assertThat(stages).allMatch(name -> name.startsWith("syncguard-"));
    }

    @Test
    @DisplayName("the threads of the JVM are busy, or the tests of this class would prove nothing")
    void control() {
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            CompletableFuture<Void> future = new CompletableFuture<>();
            CompletableFuture<Void> timedOut = future.copy().orTimeout(1, TimeUnit.MILLISECONDS);
            long start = System.nanoTime();
            Await.until("a while is over", () -> System.nanoTime() - start > 100_000_000L);

            assertThat(timedOut).isNotDone();
            assertThat(ForkJoinPool.commonPool().submit(() -> {})).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("an asynchronous acquire times out on time, whoever else keeps the JVM's threads busy")
    void timesOut(boolean wakes) {
        backend.otherwise = Contended::unknown;
        Duration timeout = Duration.ofMillis(350);
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            long start = System.nanoTime();
            CompletableFuture<AsyncHeldLock> acquiring =
                    noted(opened(wakes).async().acquire("k", PATIENT.withTimeout(timeout)));

            LockException e = catchThrowableOfType(LockException.class, () -> Way.joined(acquiring));

            assertThat(e.code()).isEqualTo(LockErrorCode.ACQUISITION_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(timeout, timeout.plus(STALL));
            verifyStages(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("OPT-6 any number of asynchronous acquires pause, retry and time out on a handful of threads")
    void manyPause(boolean stagesBlock) throws InterruptedException {
        int callers = 5_000;
        backend.otherwise = Contended::unknown;
        CountDownLatch ended = new CountDownLatch(callers);
        CountDownLatch unblocked = new CountDownLatch(1);
        AtomicInteger blocked = new AtomicInteger();
        opened(false);
        AtomicInteger mostThreads = new AtomicInteger();
        for (int i = 0; i < callers; i++) {
            guard.async()
                    .acquire("k", PATIENT.withTimeout(Duration.ofSeconds(2)))
                    .whenComplete((lock, failure) -> {
                        ended.countDown();
                        if (stagesBlock && blocked.incrementAndGet() <= 20) {
                            awaitQuietly(unblocked);
                        }
                    });
        }
        while (!ended.await(10, TimeUnit.MILLISECONDS)) {
            mostThreads.accumulateAndGet(threads("syncguard-worker"), Math::max);
        }
        unblocked.countDown();

        assertThat(mostThreads).hasValueBetween(1, 4);
    }

    private static int threads(String name) {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "WAI-1 an asynchronous waiter is woken, and the one behind it, whoever else keeps the JVM's threads busy")
    void woken(boolean triesWhereWoken) {
        wakeUps.triesWhereWoken = triesWhereWoken;
        backend.otherwise = Contended::unknown;
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            CompletableFuture<AsyncHeldLock> first = opened(true).async().acquire("k", PATIENT);
            CompletableFuture<AsyncHeldLock> second = guard.async().acquire("k", PATIENT);
            Await.until("the first has tried", () -> !wakeUps.attempts.isEmpty());
            Await.until("its pauses are long", () -> wakeUps.attempts.size() >= 4);
            wakeUps.answers = number -> acquired(number);

            wakeUps.wake();

            Await.until("the first is served", first::isDone);
            Await.until("the second is served", () -> {
                wakeUps.wake();
                return second.isDone();
            });
            assertThat(first.join().isHeld()).isTrue();
            assertThat(second.join().isHeld()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "ACQ-4 an acquire of unknown outcome is abandoned, and again if that fails, whoever keeps the JVM's threads busy")
    void abandons(Way way) {
        backend.acquires.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        for (int i = 0; i < 2; i++) {
            backend.abandons.add(
                    () -> failing(LockErrorCode.SERVICE_UNAVAILABLE, true).get());
        }
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            opened(false);
            assertThat(catchThrowableOfType(LockException.class, () -> way.tryAcquire(guard, "k", TTL)))
                    .isNotNull();

            Await.until("it succeeds", () -> backend.count("abandon") == 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("an acquisition that pauses between attempts goes on, whoever else keeps the JVM's threads busy")
    void retries(Way way) {
        for (int i = 0; i < 3; i++) {
            backend.acquires.add(() -> Contended.until(Instant.EPOCH, Duration.ofMillis(30)));
        }
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            LockHandle lock = way.acquire(opened(false), "k", PATIENT);

            assertThat(lock.isHeld()).isTrue();
            assertThat(backend.count("acquire")).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("HLD-1, HLD-4 a lock is renewed, and its loss told, whoever else keeps the JVM's threads busy")
    void renewsAndTells(Way way) {
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            LockHandle lock = way.acquire(
                    opened(false), "k", LockOptions.defaults().withTtl(TTL).withHeartbeat());
            LockHandle plain = way.tryAcquire(guard, "plain", TTL).orElseThrow();
            plain.onLost(() -> stages.add(Thread.currentThread().getName()));
            Await.until("several beats", () -> backend.count("extend") >= 4);
            assertThat(lock.isHeld()).isTrue();
            lock.onLost(() -> stages.add(Thread.currentThread().getName()));
            noted(lock.lost().toCompletableFuture());
            backend.otherwiseExtend = Absent::new;

            verifyStages(3);
        }
    }

    @Test
    @DisplayName("OPT-2 a call behind a stuck one times out, whoever else keeps the JVM's threads busy")
    void handleTimesOut() {
        backend.operationTimeout = Duration.ofMillis(300);
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            AsyncHeldLock lock = opened(false)
                    .async()
                    .tryAcquire("k", LockOptions.defaults().withTtl(Duration.ofMinutes(1)))
                    .join()
                    .orElseThrow();
            backend.async().extensions.add(PendingCall.sent(LockOperation.EXTEND));
            CompletableFuture<Boolean> stuck = lock.extend(TTL);
            CompletableFuture<Boolean> behind = noted(lock.extend(TTL));

            assertThat(catchThrowableOfType(LockException.class, () -> Way.joined(behind))
                            .code())
                    .isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(stuck).isNotDone();
            verifyStages(1);
        }
    }

    @Test
    @DisplayName("OPT-3 closing ends what waits, whoever else keeps the JVM's threads busy")
    void closes() {
        backend.otherwise = Contended::unknown;
        try (BusyCommonThreads busy = new BusyCommonThreads()) {
            CompletableFuture<AsyncHeldLock> acquiring =
                    noted(opened(true).async().acquire("k", PATIENT));
            LockHandle lock = closedUnderHolder();
            noted(lock.lost().toCompletableFuture());

            guard.close();

            assertThat(catchThrowableOfType(LockException.class, () -> Way.joined(acquiring))
                            .code())
                    .isEqualTo(LockErrorCode.ABORTED);
            verifyStages(2);
        }
    }

    private LockHandle closedUnderHolder() {
        backend.acquires.add(() -> acquired(1));
        return guard.tryAcquire("held", LockOptions.defaults().withTtl(Duration.ofMinutes(1)))
                .orElseThrow();
    }

    /** What a thread that is started by a thread of an application would inherit. */
    private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

    private record Seen(String where, String thread, String inherited, ClassLoader loader) {
        static Seen here(String where) {
            Thread thread = Thread.currentThread();
            return new Seen(where, thread.getName(), INHERITED.get(), thread.getContextClassLoader());
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("no thread of a guard inherits a thread-local or the class loader of the thread that it starts for")
    void inheritsNothing(Way way) throws Exception {
        Queue<Seen> seen = new ConcurrentLinkedQueue<>();
        AtomicReference<Seen> control = new AtomicReference<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(loader);
            INHERITED.set("of the application");
            Thread plain = new Thread(() -> control.set(Seen.here("a plain thread")));
            plain.start();
            plain.join();

            useEverything(way, seen);

            assertThat(control.get().inherited).isEqualTo("of the application");
            assertThat(control.get().loader).isSameAs(loader);
            assertThat(seen)
                    .extracting(Seen::where)
                    .contains("listener", "callback", "stage", "timeout", "beat", "close");
            assertThat(seen).allSatisfy(each -> {
                assertThat(each.thread).startsWith("syncguard-");
                assertThat(each.inherited).isNull();
                assertThat(each.loader).isNotSameAs(loader);
            });
            assertThat(seen).extracting(Seen::thread).contains("syncguard-timer", "syncguard-listener");
        } finally {
            INHERITED.remove();
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Has each kind of thread started by the calling thread, as far as that depends on it. */
    private void useEverything(Way way, Queue<Seen> seen) {
        guard = SyncGuard.using(backend, GuardOptions.defaults().withListener(new LockListener() {
            @Override
            public void operationEnded(LockEvent event) {
                seen.add(Seen.here("listener"));
            }
        }));
        backend.async().beforeExtending = () -> seen.add(Seen.here("beat"));
        LockHandle lock =
                way.acquire(guard, "k", LockOptions.defaults().withTtl(TTL).withHeartbeat());
        LockHandle closed = way.acquire(guard, "closed", LockOptions.defaults());
        Await.until("a beat", () -> backend.count("extend") > 0);
        backend.otherwiseExtend = Absent::new;
        lock.onLost(() -> seen.add(Seen.here("callback")));
        lock.lost().thenRun(() -> seen.add(Seen.here("stage")));
        closed.onLost(() -> seen.add(Seen.here("close")));
        backend.otherwise = Contended::unknown;
        CompletableFuture<?> timingOut = guard.async()
                .acquire("k", PATIENT.withTimeout(Duration.ofMillis(50)))
                .whenComplete((value, failure) -> seen.add(Seen.here("timeout")));
        CompletableFuture<?> waiting =
                guard.async().acquire("k", PATIENT).whenComplete((value, failure) -> seen.add(Seen.here("close")));
        Await.until(
                "the lock is lost and the time is over",
                () -> timingOut.isDone()
                        && seen.stream().anyMatch(each -> each.where.equals("callback"))
                        && seen.stream().anyMatch(each -> each.where.equals("stage")));
        guard.close();
        Await.until("the wait has ended", waiting::isDone);
        Await.until(
                "the holder is told of the close",
                () -> seen.stream().filter(each -> each.where.equals("close")).count() == 2);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("OPT-3 no thread of a guard outlives its close, whatever it was used for")
    void leavesNoThread(Way way) {
        useEverything(way, new ConcurrentLinkedQueue<>());

        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("syncguard-")));
    }
}
