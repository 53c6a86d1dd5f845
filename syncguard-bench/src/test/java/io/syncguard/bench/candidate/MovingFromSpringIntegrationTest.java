package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** What docs/moving.md says of Spring Integration's registry of locks in Redis. */
class MovingFromSpringIntegrationTest {
    private final OneServer server = new OneServer();
    private final LettuceConnectionFactory connections = SpringConnections.to(server.uri());

    @AfterEach
    void close() {
        connections.destroy();
        server.close();
    }

    private Lock lock(String registryKey, RedisLockType type) {
        RedisLockRegistry registry = new RedisLockRegistry(connections, registryKey);
        registry.setRedisLockType(type);
        return registry.obtain(server.name);
    }

    @ParameterizedTest
    @EnumSource(RedisLockType.class)
    @DisplayName(
            "its lock is a string that ends after a minute; one of ours with that name is beside it, and neither sees the other")
    void beside(RedisLockType type) {
        String registryKey = "registry-" + UUID.randomUUID();
        String theirKey = registryKey + ":" + server.name;
        Lock theirs = lock(registryKey, type);
        theirs.lock();
        assertThat(UUID.fromString(server.raw.get(theirKey))).isNotNull();
        assertThat(server.raw.pttl(theirKey)).isBetween(1L, 60_000L);
        try (HeldLock ours = server.guard.tryAcquire(server.name).orElseThrow()) {
            assertThat(ours.isHeld()).isTrue();
            assertThat(server.types()).isEqualTo(server.oursBeside(Map.of(theirKey, "string")));
        }
        theirs.unlock();
        assertThat(server.raw.exists(theirKey)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(RedisLockType.class)
    @DisplayName("with a registry key that is our prefix, its lock is INTERNAL to us and left alone")
    void theirsInOurPlace(RedisLockType type) {
        Lock theirs = lock(server.prefix, type);
        theirs.lock();
        server.assertForeign(server.prefix, server.name, "string");
        theirs.unlock();
    }

    @ParameterizedTest
    @EnumSource(RedisLockType.class)
    @DisplayName("with a registry key that is our prefix, one of ours is taken to it and left alone")
    void oursInTheirPlace(RedisLockType type) {
        try (HeldLock ours = server.guard.acquire(server.name)) {
            assertThat(lock(server.prefix, type).tryLock()).isFalse();
            assertThat(server.guard.owns(ours.id())).isTrue();
        }
    }
}
