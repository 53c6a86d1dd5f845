package io.syncguard.redis.tests;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;

/** Where in a cluster the things of a lock are. Immutable. */
public final class ClusterLayout {
    private final RedisRequests requests;

    /** Creates the layout under a prefix. */
    public ClusterLayout(String keyPrefix) {
        this.requests = RedisRequests.inCluster(RedisOptions.defaults().withKeyPrefix(keyPrefix));
    }

    private byte[] name(LockKey key, LockId id, int index) {
        return requests.acquire(key, id, new Ttl(1_000)).keys()[index];
    }

    /** Returns the name of a key's lock. */
    public byte[] lock(LockKey key) {
        return name(key, requests.newLockId(key), 0);
    }

    byte[] index(LockKey key, LockId id) {
        return name(key, id, 1);
    }

    /** Returns the name of a key's fence counter. */
    public byte[] fence(LockKey key) {
        return name(key, requests.newLockId(key), 2);
    }
}
