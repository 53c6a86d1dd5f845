package io.syncguard.bench.candidate;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisCall;
import io.syncguard.redis.common.RedisRequests;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The calls of this library's scripts for one lock, and no more than a lock needs: an id of its own each time it is taken,
 * with its index. Everything else was made in advance. Immutable.
 */
final class RawScripts {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int ID_BYTES = 16;

    private final RawLayout layout;
    private final RawCall acquire;
    private final RawCall release;
    private final RawCall extend;
    private final RawCall isLocked;
    private final RawCall lookup;

    RawScripts(RawLayout layout, String name) {
        this.layout = layout;
        RedisRequests requests = layout.requests();
        LockKey key = LockKey.of(name);
        LockId id = requests.newLockId(key);
        Ttl ttl = Ttl.of(Lease.TTL);
        this.acquire = call(requests.acquire(key, id, ttl));
        this.release = call(requests.release(id));
        this.extend = call(requests.extend(id, ttl));
        this.isLocked = call(requests.isLocked(key));
        this.lookup = call(requests.lookup(key));
    }

    private static RawCall call(RedisCall<?> call) {
        return new RawCall(call.script(), call.keys(), call.arguments());
    }

    /** Returns the calls that take the lock once, and give it back. */
    Pair pair() {
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        byte[] id = ENCODER.encode(random);
        // The name of an index ends in the id.
        byte[] index = release.keys()[0].clone();
        if (layout.idsSayWhere()) {
            id[id.length - 1] = index[index.length - 1];
        }
        System.arraycopy(id, 0, index, index.length - id.length, id.length);
        return new Pair(acquire.with(index, 1, id), release.with(index, 0, id));
    }

    /** Takes a lock, and gives it back. */
    record Pair(RawCall acquire, RawCall release) {}

    /** Returns the call that takes the lock, always with the same id. */
    RawCall acquire() {
        return acquire;
    }

    /** Returns the call that gives the lock back which {@link #acquire()} took. */
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
