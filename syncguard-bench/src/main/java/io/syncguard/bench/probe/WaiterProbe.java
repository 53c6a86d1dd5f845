package io.syncguard.bench.probe;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Client;
import io.syncguard.bench.candidate.ContendedLock;
import io.syncguard.bench.redis.RedisMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Counts the connections on which waiters listen. */
public final class WaiterProbe {
    private static final int LOCKS = 20;
    private static final long SETTLE_MILLIS = 2_000;

    private WaiterProbe() {}

    /** Returns how many there are while so many threads of one client wait for locks that another client holds. */
    public static long listening(Candidate candidate, String redisUri, int waiters, RedisMonitor monitor)
            throws Exception {
        long before = monitor.subscribers();
        ExecutorService threads = Executors.newFixedThreadPool(waiters);
        try (Client holder = candidate.open(redisUri, 1);
                Client waiting = candidate.open(redisUri, waiters)) {
            for (int number = 0; number < LOCKS; number++) {
                if (!holder.lock(name(number)).lock()) {
                    throw new IllegalStateException("a lock that nobody else wants was taken");
                }
            }
            List<Future<Boolean>> waits = new ArrayList<>();
            for (int number = 0; number < waiters; number++) {
                ContendedLock wanted = waiting.lock(name(number % LOCKS));
                waits.add(threads.submit(wanted::lock));
            }
            Thread.sleep(SETTLE_MILLIS);
            long listening = monitor.subscribers() - before;
            if (waits.stream().anyMatch(Future::isDone)) {
                throw new IllegalStateException("somebody does not wait any more");
            }
            threads.shutdownNow();
            threads.awaitTermination(10, TimeUnit.SECONDS);
            return listening;
        } finally {
            threads.shutdownNow();
        }
    }

    private static String name(int number) {
        return "bench:wanted-" + number;
    }
}
