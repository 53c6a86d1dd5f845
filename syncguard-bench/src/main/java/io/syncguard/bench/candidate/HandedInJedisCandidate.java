package io.syncguard.bench.candidate;

import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.jedis.JedisLockBackend;
import redis.clients.jedis.UnifiedJedis;

/** This library through a Jedis client of the application's, which is set up as the bare one. */
final class HandedInJedisCandidate implements Candidate {
    private final boolean inCluster;

    private HandedInJedisCandidate(boolean inCluster) {
        this.inCluster = inCluster;
    }

    static Candidate onOneServer() {
        return new HandedInJedisCandidate(false);
    }

    static Candidate inACluster() {
        return new HandedInJedisCandidate(true);
    }

    @Override
    public String name() {
        return inCluster ? "syncguard-jedis-cluster-handed-in" : "syncguard-jedis-handed-in";
    }

    @Override
    public String title() {
        return "SyncGuard, Jedis" + (inCluster ? ", cluster" : "") + ", client handed in";
    }

    @Override
    public Kind kind() {
        return Kind.OURS;
    }

    /** {@inheritDoc} This one could wait, but is left out of the races. */
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
        UnifiedJedis client = inCluster ? JedisClients.inCluster(redisUri) : JedisClients.onOneServer(redisUri);
        return new HandedIn(SyncGuard.using(JedisLockBackend.create(client, RedisOptions.defaults())), client);
    }

    /** A guard, and the client that it leaves open. */
    private record HandedIn(SyncGuard guard, UnifiedJedis client) implements Client {
        @Override
        public ContendedLock lock(String name) {
            return new SyncGuardLock(guard, name);
        }

        @Override
        public void close() {
            guard.close();
            client.close();
        }
    }
}
