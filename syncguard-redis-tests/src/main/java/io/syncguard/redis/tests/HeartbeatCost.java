package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import redis.clients.jedis.UnifiedJedis;

/** Prints what it costs to renew many locks, when asked: {@code -Dsyncguard.heartbeats=10000}. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class HeartbeatCost {
    static final String PROPERTY = "syncguard.heartbeats";

    private static final int CALLERS = 16;
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final String CALLS = "cmdstat_evalsha:calls=";
    private static final String CPU = "used_cpu_user:";

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @Test
    @EnabledIfSystemProperty(
            named = PROPERTY,
            matches = "[0-9]+",
            disabledReason = "prints figures, when asked for so many heartbeats")
    @DisplayName("HLD-5 what it costs to renew many locks")
    protected void measures() throws InterruptedException {
        int count = Integer.getInteger(PROPERTY);
        try (RedisTestServer server = RedisTestServer.start();
                UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port());
                SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            Await.connected(guard);
            int threadsBefore = threads.getThreadCount();
            Queue<HeldLock> locks = take(guard, count);
            // Each has been renewed once, and the JVM has compiled what that takes.
            Pause.of(TTL.dividedBy(2));
            threads.resetPeakThreadCount();
            long calls = number(raw.info("commandstats"), CALLS);
            double serverSeconds = seconds(raw);
            long start = System.nanoTime();
            long cpu = process.getProcessCpuTime();

            Pause.of(TIME);

            double cpuSeconds = (process.getProcessCpuTime() - cpu) / 1e9;
            double elapsed = (System.nanoTime() - start) / 1e9;
            double perSecond = (number(raw.info("commandstats"), CALLS) - calls) / elapsed;
            System.out.printf(
                    "%s: %d heartbeats, ttl %d s, in %.0f requests/s; of each second, %.1f ms CPU here"
                            + " and %.1f ms in Redis; %d threads, %d before%n",
                    getClass().getSimpleName(),
                    count,
                    TTL.toSeconds(),
                    perSecond,
                    cpuSeconds / elapsed * 1e3,
                    (seconds(raw) - serverSeconds) / elapsed * 1e3,
                    threads.getPeakThreadCount(),
                    threadsBefore);
            assertThat(locks)
                    .hasSize(count)
                    .allMatch(lock -> lock.remaining()
                                    .compareTo(TTL.multipliedBy(2).dividedBy(3).minusSeconds(1))
                            > 0);
        }
    }

    private static Queue<HeldLock> take(SyncGuard guard, int count) throws InterruptedException {
        LockOptions beating = LockOptions.defaults().withTtl(TTL).withHeartbeat();
        Queue<HeldLock> locks = new ConcurrentLinkedQueue<>();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        for (int i = 0; i < count; i++) {
            String key = "key-" + i;
            callers.execute(() -> locks.add(guard.tryAcquire(key, beating).orElseThrow()));
        }
        callers.shutdown();
        assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        return locks;
    }

    private static double seconds(UnifiedJedis raw) {
        String info = raw.info("cpu");
        int from = info.indexOf("\n" + CPU) + 1 + CPU.length();
        return Double.parseDouble(info.substring(from, info.indexOf('\r', from)));
    }

    private static long number(String info, String name) {
        int from = info.indexOf(name) + name.length();
        return Long.parseLong(info.substring(from, info.indexOf(',', from)));
    }
}
