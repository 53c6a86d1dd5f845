package io.syncguard.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A race that is run again and again, because a mistake shows in few of the orders in which its requests can arrive. The contenders of
 * a round start together.
 */
final class Rounds {
    private static final Duration TIME = Duration.ofMillis(Long.getLong("syncguard.conformance.raceMillis", 200));

    /** A busy machine gets more time for so many, but not for ever. */
    private static final int ENOUGH = 100;

    private static final Duration LONGEST = TIME.multipliedBy(8);

    /** A slow backend gets no more time than it needs for these. */
    private static final int LEAST = 20;

    /** About as long as a request to a server on the same machine takes. */
    private static final int LONGEST_DELAY_NANOS = 100_000;

    private Rounds() {}

    /**
     * One round.
     *
     * @param contenders what is done at the same time
     * @param check gets their results, in the same order
     */
    record Round(List<Callable<Object>> contenders, Consumer<List<Object>> check) {}

    /**
     * How contenders wait for each other. On a busy machine those that sleep until the last has come get their turns one right after
     * the other, and send their requests together; those that spend the time of the processor on waiting do not.
     */
    private interface Start {
        void await(CountDownLatch missing) throws InterruptedException;
    }

    /** Runs rounds until their time is over, which is longer while they are few. Fails as the first contender or the first check that fails. */
    static void run(Supplier<Round> rounds) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            long begun = System.nanoTime();
            for (int round = 0; isToRun(round, System.nanoTime() - begun); round++) {
                Round next = rounds.get();
                Start start = round % 3 == 0 ? Rounds::yieldUntilAllAreHere : CountDownLatch::await;
                next.check().accept(results(threads, start, next.contenders()));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean isToRun(int round, long elapsedNanos) {
        Duration time = round < ENOUGH ? LONGEST : TIME;
        return round < LEAST || elapsedNanos < time.toNanos();
    }

    private static List<Object> results(ExecutorService threads, Start start, List<Callable<Object>> contenders)
            throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(contenders.size());
        List<Future<Object>> running = new ArrayList<>();
        for (Callable<Object> contender : contenders) {
            running.add(threads.submit(() -> {
                missing.countDown();
                start.await(missing);
                return contender.call();
            }));
        }
        List<Object> results = new ArrayList<>();
        for (Future<Object> each : running) {
            results.add(result(each));
        }
        return results;
    }

    /**
     * Has contenders that do not block meet within a microsecond, and others at slightly different moments: every second one starts a
     * little later.
     */
    @SuppressWarnings("ThreadPriorityCheck") // Nothing depends on who goes first.
    private static void yieldUntilAllAreHere(CountDownLatch missing) {
        while (missing.getCount() > 0) {
            Thread.yield();
        }
        yieldFor(ThreadLocalRandom.current().nextInt(-LONGEST_DELAY_NANOS, LONGEST_DELAY_NANOS));
    }

    /** Waits for less time than a sleeping thread takes to wake, and leaves the processor to others meanwhile: there may be one only. */
    @SuppressWarnings("ThreadPriorityCheck") // Nothing depends on who goes first.
    private static void yieldFor(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.yield();
        }
    }

    private static Object result(Future<Object> running) throws InterruptedException {
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
