package io.syncguard.redis.common;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.util.List;

/** Under which names the things of a lock are, by its key and by its id. Immutable and thread-safe. */
interface Layout {
    /** Returns the names of a lock whose stored key is given. */
    Wire of(byte[] stored);

    /** Returns the names of the lock that an id holds, if it holds one. */
    Wire of(LockId id);

    /**
     * Returns a fresh id for a lock.
     *
     * @param keys says what is stored of the key, which throws if it is too long
     */
    LockId newId(LockKey key, StorageKeys keys);

    /** Returns the names of all shards, in their order. */
    List<Wire> shards();
}
