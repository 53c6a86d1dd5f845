package io.syncguard.bench.candidate;

import io.syncguard.bench.report.Versions;
import net.javacrumbs.shedlock.provider.redis.jedis4.JedisLockProvider;
import redis.clients.jedis.RedisClient;

/** ShedLock on Jedis, with a pool like this library's. */
final class ShedLockJedisCandidate implements Candidate {
    @Override
    public String name() {
        return "shedlock-jedis";
    }

    @Override
    public String title() {
        return "ShedLock" + Versions.of(JedisLockProvider.class) + ", Jedis";
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
        RedisClient client = JedisClients.onOneServer(redisUri);
        return new ShedLocks(new JedisLockProvider(client, "bench"), client::close);
    }
}
