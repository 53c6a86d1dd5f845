package io.syncguard.bench.candidate;

import io.syncguard.bench.report.Versions;
import net.javacrumbs.shedlock.provider.redis.spring.RedisLockProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** ShedLock on Spring's connection factory for Lettuce, which shares one connection. */
final class ShedLockLettuceCandidate implements Candidate {
    @Override
    public String name() {
        return "shedlock-lettuce";
    }

    @Override
    public String title() {
        return "ShedLock" + Versions.of(RedisLockProvider.class) + ", Spring/Lettuce";
    }

    @Override
    public Kind kind() {
        return Kind.PEER;
    }

    @Override
    public String lacks() {
        return ShedLocks.LACKS;
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public boolean acrossJvms() {
        return true;
    }

    @Override
    public Client open(String redisUri, int callers) {
        LettuceConnectionFactory connections = SpringConnections.to(redisUri);
        return new ShedLocks(new RedisLockProvider(connections, "bench"), connections::destroy);
    }
}
