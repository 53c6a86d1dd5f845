package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.AsyncHeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.tests.Await;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.RedisClient;

/** How requests share a connection. */
@Timeout(180)
class PipelineTest {
    private static final int CALLS = 2_000;
    private static final String READS = "total_reads_processed:";

    private final RedisTestServer server = RedisTestServer.start();
    private final RedisClient raw = RedisClient.create("127.0.0.1", server.port());

    @AfterEach
    void close() {
        raw.close();
        server.close();
    }

    /** The first connection of a JVM loads classes for longer than a short timeout. */
    @BeforeEach
    void loadClasses() {
        try (SyncGuard patient = guard("?operationTimeoutMillis=20000")) {
            patient.run("warm-up", () -> {});
        }
    }

    private SyncGuard guard(String parameters) {
        return SyncGuard.connect(server.uri().replace("redis", "redis+lettuce") + parameters);
    }

    private long reads() {
        return raw.info("stats")
                .lines()
                .filter(line -> line.startsWith(READS))
                .mapToLong(line -> Long.parseLong(line.substring(READS.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("RDS-9 requests that come together are written together, and one by one when they do not")
    void batches() {
        try (SyncGuard guard = guard("?operationTimeoutMillis=20000")) {
            assertThat(guard.isLocked("warm-up")).isFalse();
            long before = reads();
            List<CompletableFuture<Boolean>> together = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                together.add(guard.async().isLocked("key-" + i));
            }
            together.forEach(CompletableFuture::join);
            long reads = reads() - before;
            for (int i = 0; i < 50; i++) {
                assertThat(guard.isLocked("key")).isFalse();
            }
            long readsOfSingles = reads() - before - reads;

            assertThat(reads)
                    .as("times the server read from its sockets, for %d requests", CALLS)
                    .isLessThan(CALLS / 3);
            assertThat(readsOfSingles).as("for 50 requests one after the other").isGreaterThanOrEqualTo(50);
        }
    }

    @Test
    @DisplayName("RDS-10 a request that was never written has changed nothing, and says so")
    void unwritten() {
        try (SyncGuard guard = guard("?operationTimeoutMillis=1000");
                SyncGuard patient = guard("?operationTimeoutMillis=20000")) {
            Await.connected(guard);
            server.suspend();
            List<CompletableFuture<Optional<AsyncHeldLock>>> futures = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                futures.add(guard.async()
                        .tryAcquire("key-" + i, LockOptions.defaults().withTtl(Duration.ofMinutes(1))));
            }
            List<Boolean> unknown = futures.stream()
                    .map(future -> future.handle((lock, failure) -> failure).join())
                    .map(failure -> LockException.within(failure).orElseThrow().isOutcomeUnknown())
                    .toList();

            assertThat(unknown).contains(true, false);
            server.resume();
            for (int i = 0; i < CALLS; i++) {
                String key = "key-" + i;
                Await.until("nothing stays held", () -> !patient.isLocked(key));
            }
        }
    }
}
