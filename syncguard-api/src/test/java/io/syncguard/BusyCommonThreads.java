package io.syncguard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Keeps every thread busy that belongs to all of the JVM: those of the common pool, and the one on which the JDK's futures time
 * out. Anybody can block them, so the library must not depend on them.
 */
final class BusyCommonThreads implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Future<?>> tasks = new ArrayList<>();

    BusyCommonThreads() {
        int threads = ForkJoinPool.getCommonPoolParallelism();
        CountDownLatch busy = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            tasks.add(ForkJoinPool.commonPool().submit(() -> {
                busy.countDown();
                awaitQuietly(end);
            }));
        }
        awaitQuietly(busy);
        CountDownLatch timer = new CountDownLatch(1);
        CompletableFuture<Void> timesOut = new CompletableFuture<>();
        tasks.add(timesOut.whenComplete((value, timedOut) -> {
            timer.countDown();
            awaitQuietly(end);
        }));
        timesOut.orTimeout(1, TimeUnit.MILLISECONDS);
        try {
            // A JDK whose futures time out on the common pool has no more threads for that.
            boolean unused = timer.await(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        end.countDown();
        Await.until("the threads are free again", () -> tasks.stream().allMatch(Future::isDone));
    }
}
