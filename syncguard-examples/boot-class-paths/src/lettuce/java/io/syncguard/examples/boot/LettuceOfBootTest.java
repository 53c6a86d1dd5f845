package io.syncguard.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.LettuceVersion;
import io.lettuce.core.RedisClient;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.lettuce.LettuceLockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Locks on the class path that a Spring Boot manages. */
class LettuceOfBootTest {
    private final RedisTestServer server = RedisTestServer.start();

    @BeforeEach
    void isTheVersionOfBoot() {
        assertThat(LettuceVersion.getVersion()).startsWith(System.getProperty("syncguard.expectedClient", ""));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("RDS-27 a guard opened by URI takes a lock with the Lettuce of this Boot")
    void byUri() {
        try (SyncGuard guard = SyncGuard.connect(server.uri())) {
            assertTakesLock(guard);
        }
    }

    @Test
    @DisplayName("RDS-27 a guard on a client that was handed in takes a lock with the Lettuce of this Boot")
    void handedIn() {
        RedisClient client = RedisClient.create(server.uri());
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(client, RedisOptions.defaults()))) {
            assertTakesLock(guard);
        } finally {
            client.shutdown();
        }
    }

    private static void assertTakesLock(SyncGuard guard) {
        AtomicBoolean held = new AtomicBoolean();

        guard.run("job", () -> held.set(guard.isLocked("job")));

        assertThat(held).isTrue();
        assertThat(guard.isLocked("job")).isFalse();
    }
}
