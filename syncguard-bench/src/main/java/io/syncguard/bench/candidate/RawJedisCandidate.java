package io.syncguard.bench.candidate;

import io.syncguard.bench.report.Versions;
import io.syncguard.redis.common.RedisScript;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;

/** Jedis with a pool like this library's, on one server or in a cluster, and locks where this library has them. */
final class RawJedisCandidate implements Candidate {
    private final boolean inCluster;

    private RawJedisCandidate(boolean inCluster) {
        this.inCluster = inCluster;
    }

    static Candidate onOneServer() {
        return new RawJedisCandidate(false);
    }

    static Candidate inACluster() {
        return new RawJedisCandidate(true);
    }

    @Override
    public String name() {
        return inCluster ? "raw-jedis-cluster" : "raw-jedis";
    }

    @Override
    public String title() {
        return "bare Jedis" + Versions.of(UnifiedJedis.class) + (inCluster ? ", cluster" : "") + ", same scripts";
    }

    @Override
    public Kind kind() {
        return Kind.FLOOR;
    }

    @Override
    public String lacks() {
        return "no library; it calls the same scripts with a new id for each lock, and prepares the rest in advance";
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
    public boolean inCluster() {
        return inCluster;
    }

    @Override
    public Client open(String redisUri, int callers) {
        return inCluster
                ? new PairsOnly(new RawJedis(JedisClients.inCluster(redisUri), RawLayout.IN_CLUSTER))
                : new RawJedis(JedisClients.onOneServer(redisUri), RawLayout.ON_ONE_SERVER);
    }

    private static final class RawJedis extends RawClient {
        private final UnifiedJedis client;

        RawJedis(UnifiedJedis client, RawLayout layout) {
            super(layout);
            this.client = client;
            for (RedisScript script : RedisScript.values()) {
                // In a cluster Jedis sends it to all nodes, whatever the key.
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
