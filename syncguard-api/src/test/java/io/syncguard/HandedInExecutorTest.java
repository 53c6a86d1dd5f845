package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The executor that an application hands in: all of its code runs there, and nothing of the guard's depends on it. */
@Timeout(60)
class HandedInExecutorTest {
    private static final Duration TTL = Duration.ofMillis(900);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String NAME = "of the application";

    private final ScriptedBackend backend = new ScriptedBackend();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService pool = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, NAME);
        thread.setDaemon(true);
        return thread;
    });

    /** Tasks wait for this, so that a stage is there before its future is complete. */
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private SyncGuard guard;

    @AfterEach
    void close() throws InterruptedException {
        end.countDown();
        gate.countDown();
        if (guard != null) {
            guard.close();
        }
        pool.shutdown();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private void open(Executor executor) {
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(executor));
    }

    private void openOnPool() {
        open(task -> pool.execute(() -> {
            awaitQuietly(gate);
            task.run();
        }));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the name of the thread on which a stage of a future runs. */
    private String threadOf(Supplier<? extends CompletionStage<?>> call) {
        gate = new CountDownLatch(1);
        CompletableFuture<String> thread = new CompletableFuture<>();
        call.get()
                .whenComplete((value, failure) ->
                        thread.complete(Thread.currentThread().getName()));
        gate.countDown();
        return thread.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private AsyncHeldLock locked() {
        return guard.async()
                .acquire("k", LockOptions.defaults().withTtl(LONG))
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    @DisplayName("OPT-4 the stages of every future run on the executor, whatever the call and however it ends")
    void everyFuture() {
        openOnPool();
        AsyncGuard async = guard.async();
        LockId id = LockId.random();
        Map<String, Supplier<CompletionStage<?>>> calls = new LinkedHashMap<>();
        calls.put("acquire", () -> async.acquire("k"));
        calls.put(
                "tryAcquire", () -> async.tryAcquire("k", LockOptions.defaults().withTtl(LONG)));
        calls.put(
                "tryAcquire in vain",
                () -> scripted(
                        Contended::unknown,
                        () -> async.tryAcquire("k", LockOptions.defaults().withTtl(LONG))));
        calls.put(
                "acquire that fails",
                () -> scripted(failing(LockErrorCode.SERVICE_UNAVAILABLE, true), () -> async.acquire("k")));
        calls.put(
                "acquire that times out",
                () -> scripted(
                        Contended::unknown,
                        () -> async.acquire("k", LockOptions.defaults().withTimeout(Duration.ZERO))));
        calls.put("run", () -> async.run("k", () -> CompletableFuture.completedFuture(1)));
        calls.put("call", () -> async.call("k", lock -> CompletableFuture.completedFuture(1)));
        calls.put(
                "call of work that fails",
                () -> async.call("k", lock -> {
                    throw new IllegalStateException("work");
                }));
        calls.put("isLocked", () -> async.isLocked("k"));
        calls.put("lookup by key", () -> async.lookup("k"));
        calls.put("lookup by id", () -> async.lookup(id));
        calls.put("raw lookup by key", () -> async.lookupRaw("k"));
        calls.put("raw lookup by id", () -> async.lookupRaw(id));
        calls.put("owns", () -> async.owns(id));
        AsyncHeldLock lock = locked();
        calls.put("extend", () -> lock.extend(LONG));
        calls.put("extend that fails", () -> {
            backend.extensions.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));
            return lock.extend(LONG);
        });
        calls.put("release that fails", () -> {
            backend.releases.add(() -> {
                throw new IllegalStateException("the client's own");
            });
            return lock.release();
        });
        calls.put("release", lock::release);
        calls.put("extend in vain", () -> lock.extend(LONG));
        calls.put("close", lock::close);

        calls.forEach((name, call) -> assertThat(threadOf(call)).as(name).isEqualTo(NAME));
    }

    private <T> T scripted(Supplier<AcquireResult> answer, Supplier<T> call) {
        backend.acquires.add(answer);
        return call.get();
    }

    @Test
    @DisplayName("OPT-2 the stages of calls that time out run on the executor")
    void timeouts() {
        backend.operationTimeout = Duration.ofMillis(200);
        openOnPool();
        AsyncHeldLock lock = locked();
        PendingCall<ExtendResult> stuck = PendingCall.sent(LockOperation.EXTEND);
        backend.async().extensions.add(stuck);
        CompletableFuture<Boolean> first = lock.extend(LONG);

        assertThat(threadOf(() -> lock.extend(LONG))).isEqualTo(NAME);
        assertThat(threadOf(lock::close)).isEqualTo(NAME);
        backend.otherwise = Contended::unknown;
        assertThat(threadOf(
                        () -> guard.async().acquire("k", LockOptions.defaults().withTimeout(Duration.ofMillis(150)))))
                .isEqualTo(NAME);
        assertThat(first).isNotDone();
    }

    @Test
    @DisplayName(
            "OPT-3 the stages of an acquire that the guard's close ends run on the executor, and so do notices of losses")
    void closing() {
        openOnPool();
        AsyncHeldLock lock = locked();
        backend.otherwise = Contended::unknown;
        CompletableFuture<String> callback = new CompletableFuture<>();
        lock.onLost(() -> callback.complete(Thread.currentThread().getName()));
        CompletableFuture<String> stage = new CompletableFuture<>();
        lock.lost().thenRun(() -> stage.complete(Thread.currentThread().getName()));

        assertThat(threadOf(() -> {
                    CompletableFuture<AsyncHeldLock> waiting = guard.async().acquire("k");
                    guard.close();
                    return waiting;
                }))
                .isEqualTo(NAME);

        assertThat(callback.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(NAME);
        assertThat(stage.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo(NAME);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("HLD-4 callbacks for a loss and the stages of lost() run on the executor, whatever the cause")
    void losses(Way way) {
        openOnPool();
        LockHandle absent =
                way.acquire(guard, "absent", LockOptions.defaults().withTtl(TTL).withHeartbeat());
        LockHandle over = way.tryAcquire(guard, "over", Duration.ofMillis(100)).orElseThrow();
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        for (LockHandle lock : new LockHandle[] {absent, over}) {
            lock.onLost(() -> threads.add(Thread.currentThread().getName()));
            lock.lost().thenRun(() -> threads.add(Thread.currentThread().getName()));
        }
        backend.otherwiseExtend = Absent::new;

        Await.until("all are told", () -> threads.size() == 4);

        assertThat(threads).containsOnly(NAME);
    }

    /** Executors that do not do what one expects of them. */
    enum Odd {
        REJECTS(end -> task -> {
            throw new RejectedExecutionException("scripted");
        }),
        THROWS_AN_ERROR(end -> task -> {
            throw new LinkageError("scripted; as OutOfMemoryError: unable to create native thread");
        }),
        RUNS_IT_AND_THROWS(end -> task -> {
            task.run();
            throw new IllegalStateException("scripted");
        }),
        RUNS_IT_ON_THE_CALLER(end -> Runnable::run),
        BLOCKS(end -> task -> awaitQuietly(end)),
        FORGETS(end -> task -> {}),
        BUSY(end -> {
            ExecutorService one = Executors.newSingleThreadExecutor(work -> {
                Thread thread = new Thread(work, NAME);
                thread.setDaemon(true);
                return thread;
            });
            one.execute(() -> awaitQuietly(end));
            return one;
        });

        final Function<CountDownLatch, Executor> executor;

        /** Whether tasks are run all the same, without waiting for each other. */
        final boolean runs;

        Odd(Function<CountDownLatch, Executor> executor) {
            this.executor = executor;
            this.runs = !Set.of("BLOCKS", "FORGETS", "BUSY").contains(name());
        }
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @ParameterizedTest
    @EnumSource(Odd.class)
    @DisplayName(
            "HLD-5, OPT-3 an executor that rejects, forgets or blocks keeps nothing from being renewed, lost, locked and closed")
    void oddExecutors(Odd odd) throws Exception {
        open(odd.executor.apply(end));
        HeldLock beating =
                guard.acquire("beating", LockOptions.defaults().withTtl(TTL).withHeartbeat());
        AtomicInteger told = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            HeldLock over = guard.tryAcquire("over" + i, LockOptions.defaults().withTtl(Duration.ofMillis(100)))
                    .orElseThrow();
            over.onLost(() -> {
                told.incrementAndGet();
                awaitQuietly(end);
            });
            over.lost().thenRun(() -> awaitQuietly(end));
        }
        long start = System.nanoTime();

        while (System.nanoTime() - start < TTL.multipliedBy(2).toNanos()) {
            assertThat(beating.isHeld()).isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }

        assertThat(backend.count("extend")).isGreaterThanOrEqualTo(4);
        if (odd.runs) {
            Await.until("every holder is told", () -> told.get() == 3);
        }
        assertThat(start(() -> {
                            try (HeldLock lock = guard.acquire("k")) {
                                return lock.extend(LONG) && beating.extend(LONG) && beating.release();
                            }
                        })
                        .get(10, TimeUnit.SECONDS))
                .isTrue();
        HeldLock last = guard.tryAcquire("last", LockOptions.defaults().withTtl(Duration.ofMillis(200)))
                .orElseThrow();
        Await.until("its deadline", () -> !last.isHeld());
        backend.otherwise = Contended::unknown;
        guard.async()
                .acquire("waiting", LockOptions.defaults().withTimeout(LONG))
                .whenComplete((lock, failure) -> {
                    awaitQuietly(end);
                });
        assertThat(start(() -> {
                            guard.close();
                            return backend.count("close");
                        })
                        .get(20, TimeUnit.SECONDS))
                .isEqualTo(1);
    }
}
