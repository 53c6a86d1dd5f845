package io.syncguard.bench.candidate;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisRequests;
import io.syncguard.spi.Ttl;

/** The calls of this library's scripts for one lock, made in advance with an id of their own. Immutable. */
final class RawScripts {
    private static final RedisRequests REQUESTS = new RedisRequests(RedisOptions.defaults());

    private final RawCall acquire;
    private final RawCall release;
    private final RawCall extend;
    private final RawCall isLocked;
    private final RawCall lookup;

    RawScripts(String name) {
        LockKey key = LockKey.of(name);
        LockId id = LockId.random();
        Ttl ttl = Ttl.of(Lease.TTL);
        this.acquire = call(REQUESTS.acquire(key, id, ttl));
        this.release = call(REQUESTS.release(id));
        this.extend = call(REQUESTS.extend(id, ttl));
        this.isLocked = call(REQUESTS.isLocked(key));
        this.lookup = call(REQUESTS.lookup(key));
    }

    private static RawCall call(RedisCall<?> call) {
        return new RawCall(call.script(), call.keys(), call.arguments());
    }

    RawCall acquire() {
        return acquire;
    }

    RawCall release() {
        return release;
    }

    RawCall extend() {
        return extend;
    }

    RawCall isLocked() {
        return isLocked;
    }

    RawCall lookup() {
        return lookup;
    }
}
