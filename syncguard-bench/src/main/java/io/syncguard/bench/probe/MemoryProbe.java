package io.syncguard.bench.probe;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Client;
import io.syncguard.bench.candidate.ContendedLock;
import io.syncguard.bench.jmh.KeyNames;
import io.syncguard.bench.redis.RedisMonitor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Measures how much memory locks take up. */
public final class MemoryProbe {
    /** So many that what one takes up can be told from everything else in the heap. */
    private static final int MANY = 50_000;

    private static final int COLLECTIONS = 3;

    private MemoryProbe() {}

    /** Returns what one lock with a key of 17 bytes takes up in Redis: {@code MEMORY USAGE} of every key there is. */
    public static MemoryUse inRedis(Candidate candidate, String redisUri, RedisMonitor monitor) throws Exception {
        monitor.empty();
        try (Client client = candidate.open(redisUri, 1)) {
            ContendedLock lock = client.lock(KeyNames.of(0, 0));
            // A first pair, because a server that has run scripts takes memory for some arguments again.
            take(lock);
            lock.unlock();
            take(lock);
            double held = bytes(monitor);
            lock.unlock();
            return new MemoryUse(candidate.title(), held, bytes(monitor), "Redis");
        }
    }

    private static double bytes(RedisMonitor monitor) {
        return monitor.keys("*").stream().mapToLong(monitor::memoryUsage).sum();
    }

    /** Returns what one lock takes up in the heap of this JVM, of many, with the handle that the caller has of it. */
    public static MemoryUse inHeap(Candidate candidate) throws Exception {
        try (Client client = candidate.open("", 1)) {
            double before = heap();
            List<ContendedLock> locks = new ArrayList<>(MANY);
            for (int number = 0; number < MANY; number++) {
                ContendedLock lock = client.lock(KeyNames.of(number, 0));
                take(lock);
                locks.add(lock);
            }
            double held = heap();
            for (ContendedLock lock : locks) {
                lock.unlock();
            }
            locks.clear();
            return new MemoryUse(
                    candidate.title(),
                    (held - before) / MANY,
                    (heap() - before) / MANY,
                    "heap, with the caller's handle");
        }
    }

    private static void take(ContendedLock lock) throws Exception {
        if (!lock.lock()) {
            throw new IllegalStateException("a lock that nobody else wants was taken");
        }
    }

    /** Returns how much is in use when no garbage is left. */
    private static double heap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
