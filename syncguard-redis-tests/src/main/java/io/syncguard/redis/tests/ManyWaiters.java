package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.AsyncHeldLock;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.UnifiedJedis;

/** Ten thousand who wait for one lock, and the threads that takes. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class ManyWaiters {
    private static final int CALLERS = 16;
    private static final int WAITERS = 10_000;

    /** What the JVM and the client start once, whenever they first need it, such as a pool's threads that were not needed yet. */
    private static final int STARTED_ONCE = 40;

    private static final String KEY = "wanted";
    private static final String PROCESSED = "total_commands_processed:";

    /** Nobody is turned away before the lock is free, and the last of so many may be. */
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(20)).withMaxRetries(Integer.MAX_VALUE);

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Test
    @DisplayName("OPT-4 ten thousand wait without a thread each, and all get the lock in turn or time out")
    protected void tenThousand() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port());
                SyncGuard guard = SyncGuard.using(open(server.uri()));
                SyncGuard other = SyncGuard.using(open(server.uri()))) {
            ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
            Queue<Long> fences = new ConcurrentLinkedQueue<>();
            Queue<CompletableFuture<Boolean>> turns = new ConcurrentLinkedQueue<>();
            HeldLock first = other.acquire(KEY);

            queueUp(WAITERS / 100, turns, () -> turn(guard, fences), callers);
            threads.resetPeakThreadCount();
            int withFew = threads.getPeakThreadCount();
            queueUp(WAITERS, turns, () -> turn(guard, fences), callers);
            // The first attempts of all, and from then on hardly any.
            Await.until("only the first in line asks", () -> commandsInHalfASecond(raw) < 100);
            assertThat(turns).noneMatch(CompletableFuture::isDone);
            first.release();
            CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new)).get(120, TimeUnit.SECONDS);

            assertThat(threads.getPeakThreadCount())
                    .as("threads with %d waiters, and with %d", WAITERS, WAITERS / 100)
                    .isLessThanOrEqualTo(withFew + STARTED_ONCE);
            long got = turns.stream().filter(CompletableFuture::join).count();
            assertThat(got)
                    .as("waiters who got the lock")
                    .isEqualTo(fences.size())
                    .isGreaterThan(WAITERS / 20);
            assertThat(List.copyOf(fences))
                    .as("fences in the order of holding")
                    .doesNotHaveDuplicates()
                    .isSorted();
            assertThat(other.isLocked(KEY)).isFalse();
            callers.shutdown();
        }
    }

    private static long commandsInHalfASecond(UnifiedJedis raw) {
        long before = commandsProcessed(raw);
        Pause.millis(500);
        return commandsProcessed(raw) - before;
    }

    private static long commandsProcessed(UnifiedJedis raw) {
        String line = raw.info("stats")
                .lines()
                .filter(each -> each.startsWith(PROCESSED))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.substring(PROCESSED.length()));
    }

    private static void queueUp(
            int count,
            Queue<CompletableFuture<Boolean>> turns,
            Supplier<CompletableFuture<Boolean>> turn,
            ExecutorService callers) {
        for (int i = turns.size(); i < count; i++) {
            callers.execute(() -> turns.add(turn.get()));
        }
        Await.until("all have called", () -> turns.size() == count);
    }

    /** Returns a future of whether the lock was got, which fails on anything but a timeout. */
    private static CompletableFuture<Boolean> turn(SyncGuard guard, Queue<Long> fences) {
        return guard.async()
                .acquire(KEY, PATIENT)
                .thenCompose(lock -> used(lock, fences))
                .exceptionally(failure -> {
                    LockException e = LockException.within(failure).orElseThrow();
                    if (e.code() != LockErrorCode.ACQUISITION_TIMEOUT) {
                        throw e;
                    }
                    return false;
                });
    }

    private static CompletableFuture<Boolean> used(AsyncHeldLock lock, Queue<Long> fences) {
        fences.add(lock.fence().value());
        return lock.release();
    }
}
