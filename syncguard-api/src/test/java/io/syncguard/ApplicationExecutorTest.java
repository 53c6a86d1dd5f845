package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the executor that an application hands in must not hold up, whatever that executor does. */
@Timeout(180)
class ApplicationExecutorTest {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final List<ExecutorService> executors = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private SyncGuard guard;

    @AfterEach
    void close() throws InterruptedException {
        end.countDown();
        guard.close();
        for (ExecutorService executor : executors) {
            executor.shutdown();
            assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private <E extends ExecutorService> E closedAtEnd(E executor) {
        executors.add(executor);
        return executor;
    }

    private void block() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Call {
        EXTEND(lock -> lock.extend(TTL)),
        RELEASE(HeldLock::release),
        CLOSE(lock -> {
            lock.close();
            return !lock.isHeld();
        });

        private final Predicate<HeldLock> call;

        Call(Predicate<HeldLock> call) {
            this.call = call;
        }
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    @DisplayName(
            "HLD-10, OPT-6 a call on a busy blocking handle does not wait for the executor that it occupies itself")
    void onTheOnlyThreadOfTheExecutor(Call kind) throws Exception {
        backend.operationTimeout = Duration.ofHours(1);
        ExecutorService only = closedAtEnd(Executors.newSingleThreadExecutor());
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(only));
        HeldLock lock = guard.acquire("k");
        CountDownLatch answered = new CountDownLatch(1);
        backend.extensions.add(() -> {
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new Extended(Instant.EPOCH);
        });
        Future<Boolean> busy = closedAtEnd(Executors.newSingleThreadExecutor()).submit(() -> lock.extend(TTL));
        Await.until("the handle is busy", () -> backend.count("extend") == 1);
        AtomicReference<Thread> caller = new AtomicReference<>();

        Future<Boolean> call = only.submit(() -> {
            caller.set(Thread.currentThread());
            return kind.call.test(lock);
        });
        Await.until(
                "it waits for its turn",
                () -> caller.get() != null && caller.get().getState() == Thread.State.WAITING);
        answered.countDown();

        assertThat(call.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(busy.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private enum Kind {
        /** Runs tasks on the thread that hands them over. */
        DIRECT,
        /** Does so because its only thread and its queue are occupied. */
        CALLER_RUNS,
        /** Does not return from {@code execute}. */
        BLOCKING
    }

    /** Returns an executor that counts the tasks that it was given. */
    private Executor executor(Kind kind, AtomicInteger given) {
        Executor executor =
                switch (kind) {
                    case DIRECT -> Runnable::run;
                    case CALLER_RUNS -> {
                        ThreadPoolExecutor pool = closedAtEnd(new ThreadPoolExecutor(
                                1,
                                1,
                                1,
                                TimeUnit.SECONDS,
                                new ArrayBlockingQueue<>(1),
                                new ThreadPoolExecutor.CallerRunsPolicy()));
                        pool.execute(this::block);
                        pool.execute(this::block);
                        yield pool;
                    }
                    case BLOCKING -> task -> block();
                };
        return task -> {
            given.incrementAndGet();
            executor.execute(task);
        };
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("HLD-4, OPT-6 callbacks that block an executor of any kind keep no other lock from being renewed")
    void blockedCallbacks(Kind kind) {
        int losses = 10;
        AtomicInteger given = new AtomicInteger();
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(executor(kind, given)));
        Duration ttl = Duration.ofMillis(900);
        HeldLock other =
                guard.acquire("other", LockOptions.defaults().withTtl(ttl).withHeartbeat());
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < losses; i++) {
            HeldLock lock = guard.tryAcquire("k" + i, LockOptions.defaults().withTtl(Duration.ofMillis(50)))
                    .orElseThrow();
            lock.onLost(() -> {
                threads.add(Thread.currentThread().getName());
                block();
            });
        }

        Await.until(
                "all are told, or all that can be",
                () -> kind == Kind.BLOCKING ? given.get() >= losses : threads.size() == losses);
        long start = System.nanoTime();
        Await.until(
                "twice the ttl is over",
                () -> System.nanoTime() - start > ttl.multipliedBy(2).toNanos());

        assertThat(other.isHeld()).isTrue();
        assertThat(other.extend(ttl)).isTrue();
        assertThat(threads).doesNotContain("syncguard-timer");
    }

    @Test
    @DisplayName(
            "HLD-5, OPT-6 a callback on a direct executor that closes locks of the same batch of beats waits for none")
    void closesLocksOfTheBatch() {
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(Runnable::run));
        // While the first batch is handed over, the other beats become due, and gather.
        AtomicBoolean first = new AtomicBoolean(true);
        backend.async().beforeExtending = () -> {
            if (first.getAndSet(false)) {
                Pause.millis(400);
            } else {
                backend.otherwiseExtend = ExtendResult.Absent::new;
            }
        };
        LockOptions options =
                LockOptions.defaults().withTtl(Duration.ofSeconds(3)).withHeartbeat();
        List<HeldLock> locks = new ArrayList<>();
        AtomicBoolean closing = new AtomicBoolean();
        AtomicLong took = new AtomicLong();
        for (int i = 0; i < 60; i++) {
            locks.add(guard.acquire("k" + i, options));
        }
        for (HeldLock lock : locks) {
            lock.onLost(() -> {
                if (closing.compareAndSet(false, true)) {
                    long start = System.nanoTime();
                    locks.forEach(HeldLock::close);
                    took.set(System.nanoTime() - start);
                }
            });
        }

        Await.until("the callback has closed all", () -> took.get() != 0);

        // A wait of a second for each of them would be much longer.
        assertThat(Duration.ofNanos(took.get())).isLessThan(Duration.ofSeconds(5));
    }
}
