package io.syncguard.redis.common;

import io.syncguard.LockId;
import java.util.List;

/** Under which names the things of a lock are, by its key and by its id. Immutable and thread-safe. */
interface Layout {
    /** Returns the names of a lock whose stored key is given. */
    Wire of(byte[] stored);

    /** Returns the names of the lock that an id holds, if it holds one. */
    Wire of(LockId id);

    /** Returns a fresh id for a lock whose stored key is given. */
    LockId newId(byte[] stored);

    /** Returns the names of all shards, in their order. */
    List<Wire> shards();
}
