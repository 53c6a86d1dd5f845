package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;

/** The operations of a backend, each with the way it shows whether it takes a lock for live. */
enum Operation {
    ACQUIRE {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.acquire(key, backend.newLockId(key), Held.LONG) instanceof Contended;
        }
    },
    RELEASE {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.release(id) == ReleaseResult.RELEASED;
        }
    },
    EXTEND {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.extend(id, Held.LONG) instanceof Extended;
        }
    },
    IS_LOCKED {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.isLocked(key);
        }
    },
    LOOKUP_BY_KEY {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.lookup(key).isPresent();
        }
    },
    LOOKUP_BY_ID {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.lookup(id).isPresent();
        }
    };

    /** Runs the operation and returns whether it took the lock that the id has on the key for live. */
    abstract boolean findsLive(LockBackend backend, LockKey key, LockId id);
}
