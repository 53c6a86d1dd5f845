package io.syncguard.bench.candidate;

import java.util.function.BiFunction;
import org.redisson.api.RedissonClient;

/** One Redisson client. */
final class RedissonLocks implements Client {
    private final RedissonClient client;
    private final BiFunction<RedissonClient, String, ContendedLock> locks;

    RedissonLocks(RedissonClient client, BiFunction<RedissonClient, String, ContendedLock> locks) {
        this.client = client;
        this.locks = locks;
    }

    @Override
    public ContendedLock lock(String name) {
        return locks.apply(client, name);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
