package io.syncguard.bench.candidate;

import java.util.function.BiFunction;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** One of Redisson's locks, on a client with Redisson's defaults but for the connections it opens in advance. */
final class RedissonCandidate implements Candidate {
    /** Redisson opens so many connections in advance by default, however few threads there are to use them. */
    private static final int DEFAULT_IDLE_CONNECTIONS = 24;

    private final String name;
    private final String type;
    private final BiFunction<RedissonClient, String, ContendedLock> locks;

    private RedissonCandidate(String name, String type, BiFunction<RedissonClient, String, ContendedLock> locks) {
        this.name = name;
        this.type = type;
        this.locks = locks;
    }

    static Candidate lock() {
        return new RedissonCandidate(
                "redisson-lock", "RLock", (client, lock) -> new RedissonLock(client.getLock(lock)));
    }

    static Candidate fencedLock() {
        return new RedissonCandidate(
                "redisson-fenced-lock",
                "RFencedLock",
                (client, lock) -> new RedissonFencedLock(client.getFencedLock(lock)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return "Redisson" + Versions.of(Redisson.class) + " " + type;
    }

    @Override
    public boolean acrossJvms() {
        return true;
    }

    @Override
    public Client open(String redisUri, int contenders) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(redisUri)
                .setConnectionMinimumIdleSize(Math.min(contenders, DEFAULT_IDLE_CONNECTIONS));
        return new RedissonLocks(Redisson.create(config), locks);
    }
}
