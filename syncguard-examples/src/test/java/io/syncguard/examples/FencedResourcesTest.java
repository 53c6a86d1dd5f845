package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.FirestoreEmulator;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.UUID;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the guards are for: a process that stalls, loses its lock without noticing, and writes late, to three resources. */
@Timeout(180)
class FencedResourcesTest {
    private static final long TTL_MILLIS = 1_000;
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(1_000);

    private final String path = "fenced/" + UUID.randomUUID();
    private RedisTestServer redis;
    private Server database;
    private String jdbcUrl;

    @BeforeAll
    static void emulator() {
        FirestoreEmulator.obstacle().ifPresent(Assumptions::abort);
    }

    @BeforeEach
    void startServers() throws Exception {
        redis = RedisTestServer.start();
        database = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        jdbcUrl = "jdbc:h2:tcp://localhost:" + database.getPort() + "/mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        FencedResources.createTables(jdbcUrl);
    }

    @AfterEach
    void stopServers() {
        database.stop();
        redis.close();
    }

    @Test
    @DisplayName(
            "GRD-9 a stalled holder's late writes are refused by database, Redis and Firestore; the new holder's stand")
    void lateWritesAreRefused() throws Exception {
        String emulator = FirestoreEmulator.address();
        try (WorkerProcess sleeper = WorkerProcess.start(
                        "sleeper",
                        FencedWriter.class,
                        redis.uri(),
                        jdbcUrl,
                        emulator,
                        path,
                        Long.toString(TTL_MILLIS));
                FencedResources resources = new FencedResources(jdbcUrl, redis.uri(), emulator, path);
                SyncGuard guard = SyncGuard.connect(redis.uri() + "?operationTimeoutMillis=20000")) {
            long sleepersFence = Long.parseLong(sleeper.await("taken"));
            sleeper.order("early");
            assertThat(sleeper.next()).isEqualTo("database written, redis written, firestore written");
            assertThat(resources.contents()).isEqualTo("early, early, early");
            sleeper.suspend();

            try (HeldLock lock = guard.acquire(FencedWriter.KEY, PATIENT)) {
                // Nobody gave the first lock back: its ttl and the tolerance are over.
                assertThat(lock.fence().value()).isGreaterThan(sleepersFence);
                assertThat(resources.write("newer", lock.fence()))
                        .isEqualTo("database written, redis written, firestore written");

                sleeper.resume();
                sleeper.order("late");

                assertThat(sleeper.next()).isEqualTo("database refused, redis refused, firestore refused");
                assertThat(resources.contents()).isEqualTo("newer, newer, newer");
                assertThat(resources.write("again", lock.fence()))
                        .as("the new holder's second write")
                        .isEqualTo("database written, redis written, firestore written");
            }
            assertThat(resources.contents()).isEqualTo("again, again, again");
        }
    }
}
