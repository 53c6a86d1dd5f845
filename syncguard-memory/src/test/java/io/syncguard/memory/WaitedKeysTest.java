package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The store remembers whom a key is waited for by, for no longer than that. */
@Timeout(180)
class WaitedKeysTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE);

    private static final LockKey KEY = LockKey.of("key");
    private static final Ttl LONG = new Ttl(60_000);

    private final TestLocks locks = TestLocks.create();
    private final MemoryStore store = locks.store();
    private final MemoryKeyspace keyspace = store.under(StorageKeys.DEFAULT_PREFIX);

    private SyncGuard guard() {
        return SyncGuard.using(MemoryLockBackend.on(store));
    }

    @Test
    @DisplayName("WAI-7 a key that was waited for and given up is forgotten, and so is one whose guard was closed")
    void forgotten() {
        try (SyncGuard holder = guard();
                SyncGuard waiter = guard();
                SyncGuard closed = guard()) {
            List<HeldLock> held = new ArrayList<>();
            List<CompletableFuture<?>> waiting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                held.add(holder.acquire("key" + i));
                waiting.add(waiter.async().acquire("key" + i, PATIENT));
                waiting.add(closed.async().acquire("key" + i, PATIENT));
            }
            assertThat(keyspace.waitedFor()).isEqualTo(100);

            closed.close();
            assertThat(keyspace.waitedFor()).isEqualTo(100);
            waiting.forEach(each -> each.cancel(true));

            Await.until("no key is waited for", () -> keyspace.waitedFor() == 0);
            held.forEach(HeldLock::close);
        }
    }

    @Test
    @DisplayName("WAI-6 a process that was called waits no more, nor does one that has the lock without a call")
    void served() {
        try (MemoryLockBackend holder = MemoryLockBackend.on(store);
                MemoryLockBackend waiter = MemoryLockBackend.on(store);
                WakeUps.Place place = waiter.wakeUps().orElseThrow().enter(KEY, () -> {})) {
            LockId held = LockId.random();
            assertThat(holder.acquire(KEY, held, LONG)).isInstanceOf(Acquired.class);
            assertThat(place.acquire(LockId.random(), LONG, Duration.ZERO)).isInstanceOf(Contended.class);
            assertThat(keyspace.waitedFor()).isEqualTo(1);
            assertThat(holder.release(held)).isEqualTo(ReleaseResult.RELEASED);
            assertThat(keyspace.waitedFor()).as("after the call").isZero();

            assertThat(holder.acquire(KEY, LockId.random(), LONG)).isInstanceOf(Acquired.class);
            assertThat(place.acquire(LockId.random(), LONG, Duration.ZERO)).isInstanceOf(Contended.class);
            assertThat(keyspace.waitedFor()).isEqualTo(1);
            assertThat(locks.loseLock(KEY.value())).isTrue();
            assertThat(place.acquire(LockId.random(), LONG, Duration.ZERO)).isInstanceOf(Acquired.class);
            assertThat(keyspace.waitedFor()).as("with the lock").isZero();
        }
    }

    @Test
    @DisplayName("WAI-7 an attempt that is answered after it was given up leaves nothing in the queue")
    void answeredLate() {
        try (SyncGuard holder = guard();
                SyncGuard waiter = guard()) {
            HeldLock held = holder.acquire("key");
            locks.delayCalls(Duration.ofMillis(20));
            for (int i = 0; i < 20; i++) {
                CompletableFuture<?> waiting = waiter.async().acquire("key", PATIENT);
                Await.until("it waits, or is about to", () -> keyspace.waitedFor() == 1 || waiting.isDone());
                waiting.cancel(true);
            }
            locks.recover();

            Await.until("no key is waited for", () -> keyspace.waitedFor() == 0);
            held.close();
        }
    }
}
