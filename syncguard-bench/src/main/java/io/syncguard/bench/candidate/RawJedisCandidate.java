package io.syncguard.bench.candidate;

import io.syncguard.bench.report.Versions;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisScript;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/** Jedis with a pool like this library's: as many connections, and no thread that looks after them. */
final class RawJedisCandidate implements Candidate {
    @Override
    public String name() {
        return "raw-jedis";
    }

    @Override
    public String title() {
        return "bare Jedis" + Versions.of(RedisClient.class) + ", same scripts";
    }

    @Override
    public Kind kind() {
        return Kind.FLOOR;
    }

    @Override
    public String lacks() {
        return "a library: calls of our scripts with a new id for each lock, all else made in advance";
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
        return new RawJedis(client(redisUri));
    }

    /** Returns a client that is set up as that of this library's backend. */
    static RedisClient client(String redisUri) {
        URI uri = URI.create(redisUri);
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(ConnectionCount.POOL);
        pool.setMaxIdle(ConnectionCount.POOL);
        pool.setMaxWait(Lease.PATIENCE);
        pool.setJmxEnabled(false);
        pool.setTestWhileIdle(false);
        pool.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
        return RedisClient.builder()
                .hostAndPort(new HostAndPort(uri.getHost(), uri.getPort()))
                .clientConfig(DefaultJedisClientConfig.builder().resp2().build())
                .poolConfig(pool)
                .build();
    }

    private static final class RawJedis extends RawClient {
        private final RedisClient client;

        RawJedis(RedisClient client) {
            this.client = client;
            for (RedisScript script : RedisScript.values()) {
                client.scriptLoad(script.source(), new byte[0]);
            }
        }

        @Override
        @Nullable
        Object run(RawCall call) {
            return client.evalsha(call.sha1(), call.keyList(), call.argumentList());
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
