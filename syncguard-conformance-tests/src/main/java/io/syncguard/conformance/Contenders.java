package io.syncguard.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do something at the same moment. */
final class Contenders {
    private Contenders() {}

    /** Returns the results of all actions, which start together; fails as the first of them that failed. */
    static <T> List<T> race(List<Callable<T>> actions) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(actions.size());
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> action : actions) {
                running.add(threads.submit(() -> {
                    start.await();
                    return action.call();
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(result(each));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T result(Future<T> running) throws InterruptedException {
        try {
            return running.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("one of those that began together failed: " + e.getCause(), e.getCause());
        }
    }
}
