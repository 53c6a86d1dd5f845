package io.syncguard.memory;

import io.syncguard.LockOperation;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.TurnAttempt;
import io.syncguard.spi.TurnQueue;
import io.syncguard.spi.TurnWakeUps;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One backend as a process in the queues of its store: a release calls the first in a queue directly. Thread-safe. */
final class MemoryTurns implements TurnQueue, AutoCloseable {
    /** Several times what it takes a thread to wake up. */
    private static final Duration HOLD_BACK = Duration.ofMillis(1);

    private final MemoryLockBackend backend;
    private final MemoryAsyncView async;
    private final MemoryKeyspace locks;
    private final TurnWakeUps wakeUps;

    MemoryTurns(MemoryLockBackend backend, MemoryAsyncView async, MemoryKeyspace locks, StorageKeys keys) {
        this.backend = backend;
        this.async = async;
        this.locks = locks;
        this.wakeUps = TurnWakeUps.over(backend, keys::stored, this, HOLD_BACK);
    }

    TurnWakeUps wakeUps() {
        return wakeUps;
    }

    /** Has the process whose turn it is after a release of this one hear of it. */
    void released(String stored, MemoryTurns next) {
        if (next != this) {
            wakeUps.wokenElsewhere(stored);
        }
        next.wakeUps.ourTurn(stored);
    }

    @Override
    public void listen(String stored) {
        // The store calls directly.
    }

    @Override
    public boolean hears(String stored) {
        return true;
    }

    @Override
    public AcquireResult acquire(TurnAttempt attempt) {
        return backend.acquireInLine(attempt, this);
    }

    @Override
    public CompletableFuture<AcquireResult> acquireAsync(TurnAttempt attempt) {
        return async.start(LockOperation.ACQUIRE, attempt.key()::fingerprint, () -> acquire(attempt));
    }

    @Override
    public CompletableFuture<?> passOn(String stored) {
        MemoryTurns next = locks.nextIfFree(stored);
        if (next != null) {
            next.wakeUps.ourTurn(stored);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<?> leave(String stored, long place) {
        locks.leave(stored, this, place);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        wakeUps.close();
    }
}
