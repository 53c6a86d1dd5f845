package io.syncguard.examples.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.jedis.JedisLockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.JedisPooled;

/** Locks on the class path that a Spring Boot manages. */
class JedisOfBootTest {
    private static final String VERSION = "/META-INF/maven/redis.clients/jedis/pom.properties";

    private final RedisTestServer server = RedisTestServer.start();

    @BeforeEach
    void isTheVersionOfBoot() throws IOException {
        Properties jedis = new Properties();
        try (InputStream in = JedisPooled.class.getResourceAsStream(VERSION)) {
            jedis.load(in);
        }
        assertThat(jedis.getProperty("version")).startsWith(System.getProperty("syncguard.expectedClient", ""));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("RDS-27 a guard opened by URI takes a lock with the Jedis of this Boot")
    void byUri() {
        try (SyncGuard guard = SyncGuard.connect(server.uri())) {
            assertTakesLock(guard);
        }
    }

    @Test
    @DisplayName("RDS-27 a guard on a client that was handed in takes a lock with the Jedis of this Boot")
    void handedIn() {
        try (JedisPooled client = new JedisPooled(server.uri());
                SyncGuard guard = SyncGuard.using(JedisLockBackend.create(client, RedisOptions.defaults()))) {
            assertTakesLock(guard);
        }
    }

    private static void assertTakesLock(SyncGuard guard) {
        AtomicBoolean held = new AtomicBoolean();

        guard.run("job", () -> held.set(guard.isLocked("job")));

        assertThat(held).isTrue();
        assertThat(guard.isLocked("job")).isFalse();
    }
}
