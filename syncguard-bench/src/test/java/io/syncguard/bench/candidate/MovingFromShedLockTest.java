package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.redis.jedis4.JedisLockProvider;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What docs/moving.md says of ShedLock's providers for Redis. */
class MovingFromShedLockTest {
    /** ShedLock's default. */
    private static final String KEY_PREFIX = "job-lock";

    enum Client {
        JEDIS,
        SPRING
    }

    private final OneServer server = new OneServer();
    private final LettuceConnectionFactory connections = SpringConnections.to(server.uri());

    @AfterEach
    void close() {
        connections.destroy();
        server.close();
    }

    private LockProvider provider(Client client) {
        return client == Client.JEDIS
                ? new JedisLockProvider(server.raw, "default")
                : new RedisLockProvider(connections);
    }

    private Optional<SimpleLock> lock(Client client) {
        return provider(client)
                .lock(new LockConfiguration(Instant.now(), server.name, Duration.ofMinutes(1), Duration.ZERO));
    }

    private String theirKey() {
        return KEY_PREFIX + ":default:" + server.name;
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "its lock is a string that ends with lockAtMostFor; one of ours with that name is beside it, and neither sees the other")
    void beside(Client client) {
        SimpleLock theirs = lock(client).orElseThrow();
        assertThat(server.raw.get(theirKey())).startsWith("ADDED:");
        assertThat(server.raw.pttl(theirKey())).isBetween(1L, 60_000L);
        try (HeldLock ours = server.guard.tryAcquire(server.name).orElseThrow()) {
            assertThat(ours.isHeld()).isTrue();
            assertThat(server.types()).isEqualTo(server.oursBeside(Map.of(theirKey(), "string")));
        }
        theirs.unlock();
        assertThat(server.raw.exists(theirKey())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("its lock in the place of one of ours is INTERNAL and left alone")
    void theirsInOurPlace(Client client) {
        SimpleLock theirs = lock(client).orElseThrow();
        server.assertForeign(KEY_PREFIX, "default:" + server.name, "string");
        theirs.unlock();
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("one of ours in the place of its lock is taken to ShedLock, but a late unlock of its deletes it")
    void oursInTheirPlace(Client client) {
        SimpleLock late = lock(client).orElseThrow();
        assertThat(server.raw.del(theirKey())).as("expired").isEqualTo(1);
        try (SyncGuard colliding = server.guardWithPrefix(KEY_PREFIX);
                HeldLock ours = colliding.acquire("default:" + server.name)) {
            assertThat(lock(client)).isEmpty();
            assertThat(colliding.owns(ours.id())).isTrue();
            late.unlock();
            assertThat(colliding.owns(ours.id())).isFalse();
        }
    }
}
