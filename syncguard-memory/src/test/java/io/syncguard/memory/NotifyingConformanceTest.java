package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A backend whose releases are told to all keeps the contract, and is as small as it looks (WAI-8). */
class NotifyingConformanceTest extends LockBackendConformance {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    private final MemoryStore store = new MemoryStore();
    private final Notifications database = new Notifications();

    @Override
    protected LockBackend createBackend() {
        return new NotifyingBackend(store, database);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        store.under(StorageKeys.DEFAULT_PREFIX)
                .setFence(StorageKeys.under(StorageKeys.DEFAULT_PREFIX).stored(key), value);
    }

    @Test
    @DisplayName("WAI-1, WAI-8 guards on it all get the lock in the end, each for the time it holds it")
    void guards() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<SyncGuard> guards = new ArrayList<>();
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        try (SyncGuard first = SyncGuard.using(createBackend());
                HeldLock held = first.acquire("key")) {
            for (int i = 0; i < 6; i++) {
                SyncGuard guard = SyncGuard.using(createBackend());
                guards.add(guard);
                waiting.add(guard.async().call("key", PATIENT, lock -> {
                    overlaps.addAndGet(inside.getAndIncrement());
                    return CompletableFuture.completedFuture(inside.decrementAndGet());
                }));
            }
            Await.until("all listen", () -> database.sessions() == 6);
            held.close();
            waiting.forEach(CompletableFuture::join);
        } finally {
            guards.forEach(SyncGuard::close);
        }
        assertThat(overlaps).hasValue(0);
        Await.until("nobody listens any more", () -> database.sessions() == 0);
    }

    @Test
    @DisplayName("WAI-1 a waiter whose connection broke is called once it listens again")
    void cut() {
        try (LockBackend backend = createBackend()) {
            AtomicInteger calls = new AtomicInteger();
            var place = backend.wakeUps().orElseThrow().enter(LockKey.of("key"), calls::incrementAndGet);
            Await.until("it listens, and is called", () -> calls.get() == 1);

            database.cut();

            Await.until("it listens again, and is called", () -> calls.get() == 2);
            place.close();
        }
    }
}
