package io.syncguard.conformance;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.util.concurrent.CompletableFuture;

/** The operations of a backend, each with the way it shows whether it takes a lock for live. */
enum Operation {
    ACQUIRE {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.acquire(key, backend.newLockId(key), Held.LONG) instanceof Contended;
        }

        @Override
        CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id) {
            return backend.acquire(key, id, Held.LONG);
        }
    },
    RELEASE {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.release(id) == ReleaseResult.RELEASED;
        }

        @Override
        CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id) {
            return backend.release(id);
        }
    },
    EXTEND {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.extend(id, Held.LONG) instanceof Extended;
        }

        @Override
        CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id) {
            return backend.extend(id, Held.LONG);
        }
    },
    IS_LOCKED {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.isLocked(key);
        }

        @Override
        CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id) {
            return backend.isLocked(key);
        }
    },
    LOOKUP_BY_KEY {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.lookup(key).isPresent();
        }

        @Override
        CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id) {
            return backend.lookup(key);
        }
    },
    LOOKUP_BY_ID {
        @Override
        boolean findsLive(LockBackend backend, LockKey key, LockId id) {
            return backend.lookup(id).isPresent();
        }

        @Override
        CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id) {
            return backend.lookup(id);
        }
    };

    /** Runs the operation and returns whether it took the lock that the id has on the key for live. */
    abstract boolean findsLive(LockBackend backend, LockKey key, LockId id);

    /** Starts the operation with an id, or a key, that it is for. */
    abstract CompletableFuture<?> start(AsyncLockBackend backend, LockKey key, LockId id);

    /** Returns whether the operation changes locks, and is no mere look. */
    boolean changesLocks() {
        return this == ACQUIRE || this == RELEASE || this == EXTEND;
    }

    /** Returns the operation as failures name it. */
    LockOperation named() {
        return switch (this) {
            case ACQUIRE -> LockOperation.ACQUIRE;
            case RELEASE -> LockOperation.RELEASE;
            case EXTEND -> LockOperation.EXTEND;
            case IS_LOCKED -> LockOperation.IS_LOCKED;
            case LOOKUP_BY_KEY, LOOKUP_BY_ID -> LockOperation.LOOKUP;
        };
    }
}
