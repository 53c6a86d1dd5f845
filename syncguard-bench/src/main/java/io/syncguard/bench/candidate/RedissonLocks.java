package io.syncguard.bench.candidate;

import java.util.Optional;
import java.util.function.BiFunction;
import org.redisson.api.RedissonClient;

/** One Redisson client. */
final class RedissonLocks implements Client {
    private final RedissonClient client;
    private final BiFunction<RedissonClient, String, ContendedLock> locks;
    private final BiFunction<RedissonClient, String, AsyncPair> pairs;

    RedissonLocks(
            RedissonClient client,
            BiFunction<RedissonClient, String, ContendedLock> locks,
            BiFunction<RedissonClient, String, AsyncPair> pairs) {
        this.client = client;
        this.locks = locks;
        this.pairs = pairs;
    }

    @Override
    public ContendedLock lock(String name) {
        return locks.apply(client, name);
    }

    @Override
    public Optional<AsyncPair> asyncPair(String name) {
        return Optional.of(pairs.apply(client, name));
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
