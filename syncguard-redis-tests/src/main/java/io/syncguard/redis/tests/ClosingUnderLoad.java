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
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import redis.clients.jedis.UnifiedJedis;

/** Guards that are closed, and futures that are cancelled, while many operations are under way. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class ClosingUnderLoad {
    private static final int FUTURES = 300;
    private static final int THREADS = 8;
    private static final String TAKEN = "taken";
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(5)).withMaxRetries(Integer.MAX_VALUE);

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @RepeatedTest(5)
    @DisplayName("OPT-3, ACQ-4 closing under load is prompt and leaves no orphan, no thread and no connection")
    protected void closes() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port())) {
            raw.ping();
            Set<String> threadsBefore = threads();
            SyncGuard direct = SyncGuard.using(open(server.uri()));
            HeldLock taken = direct.acquire(TAKEN, LockOptions.defaults().withTtl(Duration.ofMinutes(5)));
            SyncGuard guard = SyncGuard.using(open(server.uri()));
            List<Thread> blocked = blocked(guard);
            Map<String, CompletableFuture<AsyncHeldLock>> futures = acquiring(guard);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000_000));

            Duration took;
            try (StallMeter stalls = StallMeter.start()) {
                guard.close();
                took = stalls.elapsed();
            }

            // Lettuce's own threads take their time to end.
            assertThat(took).as("time to close").isLessThan(Duration.ofSeconds(4));
            Set<String> granted = new HashSet<>();
            futures.forEach((key, future) -> {
                assertThat(future).as("a future after its guard was closed").isDone();
                if (isGranted(future)) {
                    granted.add(key);
                }
            });
            for (Thread thread : blocked) {
                thread.join(20_000);
                assertThat(thread.isAlive()).as("a blocked caller goes on").isFalse();
            }
            assertThat(futures.keySet().stream().filter(key -> !granted.contains(key) && direct.isLocked(key)))
                    .as("keys locked although nobody was granted a lock")
                    .isEmpty();
            taken.release();
            direct.close();
            Await.until("only this test's own connection is left", () -> raw.info("clients")
                    .contains("connected_clients:1\r"));
            Await.until("the threads have ended", () -> threadsBefore.containsAll(threads()));
        }
    }

    @Test
    @DisplayName("OPT-3 a thread that is interrupted closes a backend as any other does, and stays interrupted")
    protected void closedByInterruptedThread() {
        try (RedisTestServer server = RedisTestServer.start();
                UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port())) {
            raw.ping();
            Set<String> threadsBefore = threads();
            LockBackend backend = open(server.uri());
            Await.connected(backend);
            boolean interrupted;

            Thread.currentThread().interrupt();
            try {
                backend.close();
            } finally {
                interrupted = Thread.interrupted();
            }

            assertThat(interrupted).as("interrupt flag").isTrue();
            Await.until("only this test's own connection is left", () -> raw.info("clients")
                    .contains("connected_clients:1\r"));
            Await.until("the threads have ended", () -> threadsBefore.containsAll(threads()));
        }
    }

    private static List<Thread> blocked(SyncGuard guard) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String key = i % 2 == 0 ? TAKEN : "thread-" + i;
            Thread thread = new Thread(() -> {
                try {
                    while (true) {
                        guard.run(key, PATIENT, () -> {});
                    }
                } catch (LockException e) {
                    assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
                }
            });
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private static Map<String, CompletableFuture<AsyncHeldLock>> acquiring(SyncGuard guard) {
        Map<String, CompletableFuture<AsyncHeldLock>> futures = new LinkedHashMap<>();
        for (int i = 0; i < FUTURES; i++) {
            String key = "future-" + i;
            futures.put(key, guard.async().acquire(key, PATIENT));
            futures.put(TAKEN + "-" + i, guard.async().acquire(TAKEN, PATIENT));
        }
        return futures;
    }

    private static boolean isGranted(CompletableFuture<AsyncHeldLock> future) {
        Throwable failure = future.handle((lock, thrown) -> thrown).join();
        if (failure != null) {
            assertThat(LockException.within(failure).orElseThrow().code()).isEqualTo(LockErrorCode.ABORTED);
        }
        return failure == null;
    }

    /** Those of ours and of the client; the JVM has others, which come and go. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(thread -> thread.getName() + "#" + thread.getId())
                .filter(name -> name.startsWith("syncguard") || name.startsWith("lettuce"))
                .collect(Collectors.toSet());
    }

    @RepeatedTest(3)
    @DisplayName("OPT-1, ACQ-4 futures cancelled at any point of their way leave no lock behind")
    protected void cancels() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard direct = SyncGuard.using(open(server.uri()));
                SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            guard.run("warm-up", () -> {});
            Map<String, CompletableFuture<AsyncHeldLock>> futures = new LinkedHashMap<>();
            List<String> cancelled = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String key = "key-" + i;
                futures.put(key, guard.async().acquire(key));
                if (i % 50 == 49) {
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(500_000));
                    futures.forEach((each, future) -> {
                        if (future.cancel(true)) {
                            cancelled.add(each);
                        }
                    });
                    futures.clear();
                }
            }

            assertThat(cancelled)
                    .as("futures cancelled before they were granted")
                    .isNotEmpty();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            for (String key : cancelled) {
                while (direct.isLocked(key)) {
                    assertThat(System.nanoTime() - end)
                            .as("a lock whose future was cancelled is still held")
                            .isNegative();
                }
            }
        }
    }
}
