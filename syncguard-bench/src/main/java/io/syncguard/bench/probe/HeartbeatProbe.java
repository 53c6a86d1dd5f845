package io.syncguard.bench.probe;

import com.sun.management.OperatingSystemMXBean;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.bench.candidate.Lease;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Measures what renewing many locks costs this JVM, which does nothing else meanwhile. */
public final class HeartbeatProbe {
    private static final int CALLERS = 16;
    private static final LockOptions BEATING =
            LockOptions.defaults().withTtl(Lease.TTL).withHeartbeat();

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /**
     * Returns which percentage of one core it takes. Blocks for half a ttl, in which each lock is renewed once, and the time.
     *
     * @throws IllegalStateException if a lock was lost, so that it was not renewed
     */
    public double percentOfCore(String uri, int locks, Duration time) throws InterruptedException {
        try (SyncGuard guard = SyncGuard.connect(uri)) {
            Queue<HeldLock> held = take(guard, locks);
            Thread.sleep(Lease.TTL.dividedBy(2).toMillis());
            long start = System.nanoTime();
            long before = process.getProcessCpuTime();
            Thread.sleep(time.toMillis());
            double spent = process.getProcessCpuTime() - before;
            double percent = 100 * spent / (System.nanoTime() - start);
            if (held.size() != locks || !held.stream().allMatch(HeldLock::isHeld)) {
                throw new IllegalStateException("not all locks are held");
            }
            return percent;
        }
    }

    private static Queue<HeldLock> take(SyncGuard guard, int locks) throws InterruptedException {
        Queue<HeldLock> held = new ConcurrentLinkedQueue<>();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            for (int number = 0; number < locks; number++) {
                String key = "beat-" + number;
                callers.execute(() -> held.add(guard.acquire(key, BEATING)));
            }
            callers.shutdown();
            if (!callers.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("taking the locks took more than a minute");
            }
            return held;
        } finally {
            callers.shutdownNow();
        }
    }
}
