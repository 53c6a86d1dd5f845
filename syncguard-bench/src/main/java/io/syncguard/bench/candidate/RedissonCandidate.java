package io.syncguard.bench.candidate;

import io.syncguard.bench.report.Versions;
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
    private final String lacks;
    private final BiFunction<RedissonClient, String, ContendedLock> locks;
    private final BiFunction<RedissonClient, String, AsyncPair> pairs;

    private RedissonCandidate(
            String name,
            String type,
            String lacks,
            BiFunction<RedissonClient, String, ContendedLock> locks,
            BiFunction<RedissonClient, String, AsyncPair> pairs) {
        this.name = name;
        this.type = type;
        this.lacks = lacks;
        this.locks = locks;
        this.pairs = pairs;
    }

    static Candidate lock() {
        return new RedissonCandidate(
                "redisson-lock",
                "RLock",
                "no fence, no lookup by id",
                (client, lock) -> new RedissonLock(client.getLock(lock)),
                (client, lock) -> RedissonPairs.of(client.getLock(lock)));
    }

    static Candidate fencedLock() {
        return new RedissonCandidate(
                "redisson-fenced-lock",
                "RFencedLock",
                "no lookup by id",
                (client, lock) -> new RedissonFencedLock(client.getFencedLock(lock)),
                (client, lock) -> RedissonPairs.of(client.getFencedLock(lock)));
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
    public Kind kind() {
        return Kind.PEER;
    }

    @Override
    public String lacks() {
        return lacks;
    }

    @Override
    public boolean acrossJvms() {
        return true;
    }

    @Override
    public Client open(String redisUri, int callers) {
        Config config = new Config();
        config.useSingleServer()
                .setAddress(redisUri)
                .setConnectionMinimumIdleSize(Math.min(callers, DEFAULT_IDLE_CONNECTIONS));
        return new RedissonLocks(Redisson.create(config), locks, pairs);
    }
}
