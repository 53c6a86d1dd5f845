package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.redis.common.ServerCheck;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What is said of a server's settings. */
public abstract class ServerWarnings {
    private static final Ttl TTL = new Ttl(30_000);

    private final Logger logger = Logger.getLogger(ServerCheck.class.getName());
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
            logged.add(logRecord.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @BeforeEach
    protected void listen() {
        logger.setLevel(Level.ALL);
        logger.addHandler(handler);
    }

    @AfterEach
    protected void stopListening() {
        logger.removeHandler(handler);
    }

    private static void use(LockBackend backend) {
        for (int i = 0; i < 3; i++) {
            assertThat(backend.acquire(LockKey.of("job-" + LockId.random().value()), LockId.random(), TTL))
                    .isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("RDS-12 a server that may evict and keeps nothing on disk is warned of once, in two lines")
    protected void warned() {
        try (RedisTestServer server =
                        RedisTestServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
                LockBackend backend = open(server.uri())) {
            assertThat(logged).as("before the first call").isEmpty();
            use(backend);
            Await.until("both warnings are there", () -> logged.size() >= 2);

            use(backend);
            pause();
            assertThat(logged).hasSize(2);
            assertThat(logged).anySatisfy(line -> assertThat(line).contains("allkeys-lru"));
            assertThat(logged).anySatisfy(line -> assertThat(line).contains("appendonly"));
        }
    }

    @Test
    @DisplayName("RDS-12 of a server that evicts nothing and keeps everything nothing is said")
    protected void allIsWell() {
        try (RedisTestServer server = RedisTestServer.startDurable();
                LockBackend backend = open(server.uri())) {
            use(backend);
            pause();
            assertThat(logged).isEmpty();
        }
    }

    @Test
    @DisplayName("RDS-12 where the user may not ask, nothing is said, and nothing fails")
    protected void mayNotAsk() {
        try (RedisTestServer server =
                        RedisTestServer.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
                Jedis admin = new Jedis(server.uri())) {
            admin.aclSetUser("app", "on", ">secret", "~*", "&*", "+@all", "-info", "-config");
            try (LockBackend backend = open(server.uri().replace("redis://", "redis://app:secret@"))) {
                use(backend);
                pause();
                use(backend);
                assertThat(logged).isEmpty();
            }
        }
    }

    private static void pause() {
        Pause.millis(300);
    }
}
