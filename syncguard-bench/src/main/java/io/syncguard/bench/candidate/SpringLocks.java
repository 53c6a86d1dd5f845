package io.syncguard.bench.candidate;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;

/** One registry on connections of its own. */
final class SpringLocks implements Client {
    private final LettuceConnectionFactory connections;
    private final RedisLockRegistry registry;

    SpringLocks(LettuceConnectionFactory connections, RedisLockRegistry registry) {
        this.connections = connections;
        this.registry = registry;
    }

    @Override
    public ContendedLock lock(String name) {
        return new SpringLock(registry.obtain(name));
    }

    @Override
    public void close() {
        registry.destroy();
        connections.destroy();
    }
}
