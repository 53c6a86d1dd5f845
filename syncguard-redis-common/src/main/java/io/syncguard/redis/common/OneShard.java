package io.syncguard.redis.common;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.util.List;

/** All locks beside each other: on one server, or in one slot of a cluster. Immutable and thread-safe. */
final class OneShard implements Layout {
    private final Wire wire;

    OneShard(Wire wire) {
        this.wire = wire;
    }

    @Override
    public Wire of(byte[] stored) {
        return wire;
    }

    @Override
    public Wire of(LockId id) {
        return wire;
    }

    @Override
    public LockId newId(LockKey key, StorageKeys keys) {
        return LockId.random();
    }

    @Override
    public List<Wire> shards() {
        return List.of(wire);
    }
}
