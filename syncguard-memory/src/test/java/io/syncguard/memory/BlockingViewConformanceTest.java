package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.NativeAsyncBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A backend whose author has written the asynchronous class alone keeps the contract (OPT-4). */
class BlockingViewConformanceTest extends LockBackendConformance {
    private final MemoryStore store = new MemoryStore();

    @Override
    protected LockBackend createBackend() {
        MemoryLockBackend memory = MemoryLockBackend.on(store);
        return LockBackend.blocking(new AsyncMemory(memory, memory.async()));
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        store.under(StorageKeys.DEFAULT_PREFIX)
                .setFence(StorageKeys.under(StorageKeys.DEFAULT_PREFIX).stored(key), value);
    }

    @Test
    @DisplayName("TIME-8 its guards follow the clock that the asynchronous class names")
    void clock() {
        TestLocks locks = TestLocks.create();
        MemoryLockBackend memory = locks.backend(MemoryOptions.defaults());
        try (SyncGuard guard = SyncGuard.using(LockBackend.blocking(new AsyncMemory(memory, memory.async())))) {
            HeldLock lock = guard.acquire("k");

            locks.advance(Duration.ofSeconds(30));

            assertThat(lock.isHeld()).isFalse();
        }
    }

    private record AsyncMemory(MemoryLockBackend memory, AsyncLockBackend async) implements NativeAsyncBackend {
        @Override
        public BackendCapabilities capabilities() {
            return memory.capabilities();
        }

        @Override
        public Optional<WakeUps> wakeUps() {
            return memory.wakeUps();
        }

        @Override
        public GuardClock clock() {
            return memory.clock();
        }

        @Override
        public CompletableFuture<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
            return async.acquire(key, id, ttl);
        }

        @Override
        public CompletableFuture<ReleaseResult> release(LockId id) {
            return async.release(id);
        }

        @Override
        public CompletableFuture<ExtendResult> extend(LockId id, Ttl ttl) {
            return async.extend(id, ttl);
        }

        @Override
        public CompletableFuture<Boolean> isLocked(LockKey key) {
            return async.isLocked(key);
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> lookup(LockKey key) {
            return async.lookup(key);
        }

        @Override
        public CompletableFuture<Optional<LockRecord>> lookup(LockId id) {
            return async.lookup(id);
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}
