package io.syncguard.bench.candidate;

import io.syncguard.bench.report.Versions;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** Spring Integration's lock registry on Lettuce, in one of its modes, with Spring's defaults but for the ttl. */
final class SpringCandidate implements Candidate {
    private static final String REGISTRY_KEY = "locks";

    private final String name;
    private final String mode;
    private final RedisLockType type;

    SpringCandidate(String name, String mode, RedisLockType type) {
        this.name = name;
        this.mode = mode;
        this.type = type;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return "Spring Integration" + Versions.of(RedisLockRegistry.class) + " registry, " + mode;
    }

    @Override
    public Kind kind() {
        return Kind.PEER;
    }

    @Override
    public String lacks() {
        return "no fence, no lookup by id";
    }

    @Override
    public boolean acrossJvms() {
        return true;
    }

    @Override
    public Client open(String redisUri, int callers) {
        LettuceConnectionFactory connections = SpringConnections.to(redisUri);
        RedisLockRegistry registry = new RedisLockRegistry(connections, REGISTRY_KEY, Lease.TTL);
        registry.setRedisLockType(type);
        return new SpringLocks(connections, registry);
    }
}
