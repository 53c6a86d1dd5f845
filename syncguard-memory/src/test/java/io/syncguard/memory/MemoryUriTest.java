package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory backends by their URIs, through the public API. */
class MemoryUriTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Test
    @DisplayName("memory: is a store of its own, memory:name is one for all who say so")
    void stores() {
        try (SyncGuard one = SyncGuard.connect("memory:");
                SyncGuard other = SyncGuard.connect("memory:");
                SyncGuard shared = SyncGuard.connect("memory:uri-test");
                SyncGuard sharedToo = SyncGuard.connect("memory:uri-test")) {
            assertThat(one.tryAcquire("k", LockOptions.defaults().withTtl(TTL))).isPresent();
            assertThat(other.tryAcquire("k", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();
            try (HeldLock lock =
                    shared.tryAcquire("k", LockOptions.defaults().withTtl(TTL)).orElseThrow()) {
                assertThat(sharedToo.tryAcquire("k", LockOptions.defaults().withTtl(TTL)))
                        .isEmpty();
                assertThat(sharedToo.lookup(lock.id())).isPresent();
            }
            assertThat(sharedToo.isLocked("k")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory:?x=y",
                "memory:name?keyprefix=a",
                "memory:?keyPrefix=",
                "memory:?keyPrefix=a:",
                "memory:?keyPrefix=fence:a",
                "memory:?rejectLongKeys=yes",
                "memory:?cleanupInIsLocked=1",
                "memory:?operationTimeoutMillis=0",
                "memory:?operationTimeoutMillis=3600001",
                "memory:?operationTimeoutMillis=3s",
                "memory:?connectTimeoutMillis=0",
                "memory:?fenceCollection=a",
                "memory:?maxConnections=0",
                "memory:?maxConnections=10001",
                "memory:?replicaAcks=0",
                "memory:?replicaAcks=1001",
                "memory:?replicaAckTimeoutMillis=100",
                "memory:?replicaAcks=1&replicaAckTimeoutMillis=0",
                "memory:?replicaAcks=1&replicaAckTimeoutMillis=3000",
                "memory:?collection=%20",
                "memory:?hashedIds=1",
                "memory:?handOverSlotMillis=9",
                "memory:?handOverSlotMillis=1001",
                "mem:",
                "redis://localhost"
            })
    @DisplayName("ERR-4 parameters and schemes that nobody knows are refused")
    void refused(String uri) {
        assertThatThrownBy(() -> SyncGuard.connect(uri))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory:?maxConnections=1&replicaAcks=1&replicaAckTimeoutMillis=1&handOverSlotMillis=10",
                "memory:?maxConnections=10000&replicaAcks=1000&replicaAckTimeoutMillis=2999&handOverSlotMillis=1000"
            })
    @DisplayName("the least and the greatest values of other backends' parameters are accepted")
    void bounds(String uri) {
        try (SyncGuard guard = SyncGuard.connect(uri)) {
            assertThat(guard.tryAcquire("k")).isPresent();
        }
    }

    @Test
    @DisplayName("TIME-4 a store's clock tells the time of day")
    void timeOfDay() {
        try (SyncGuard guard = SyncGuard.connect("memory:")) {
            Instant before = Instant.now();
            try (HeldLock lock = guard.acquire("k")) {
                assertThat(guard.lookup(lock.id()).orElseThrow().acquiredAt())
                        .isBetween(before.minusSeconds(10), Instant.now().plusSeconds(10));
            }
        }
    }

    @Test
    @DisplayName("a URI has the options of other backends, and those that mean something in memory apply")
    void options() {
        String longKey = "k".repeat(513);
        String options = "keyPrefix=app&rejectLongKeys=true&cleanupInIsLocked=true&operationTimeoutMillis=1234";
        String ignored =
                "connectTimeoutMillis=5000&maxConnections=8&replicaAcks=1&replicaAckTimeoutMillis=100&collection=a"
                        + "&hashedIds=true&handOverSlotMillis=50";
        try (SyncGuard app = SyncGuard.connect("memory:uri-options?" + options + "&" + ignored);
                SyncGuard other = SyncGuard.connect("memory:uri-options")) {
            assertThat(app.tryAcquire("k")).isPresent();
            assertThat(other.tryAcquire("k")).as("under another prefix").isPresent();
            assertThat(other.tryAcquire(longKey)).isPresent();
            assertThatThrownBy(() -> app.tryAcquire(longKey))
                    .isInstanceOf(InvalidArgumentException.class)
                    .hasMessageContaining("longer than 512 bytes");
            assertThatThrownBy(() -> app.acquire(longKey)).isInstanceOf(InvalidArgumentException.class);
        }
        try (LockBackend backend = (LockBackend) SyncGuard.openBackend("memory:?" + options)) {
            assertThat(backend.capabilities().operationTimeout()).isEqualTo(Duration.ofMillis(1_234));
        }
    }

    @Test
    @DisplayName(
            "CHK-1 with the option to clean up, asking deletes a lock that is dead for more than 2 s, and nothing before")
    void cleanup() {
        TestLocks locks = TestLocks.create();
        MemoryKeyspace kept = locks.store().under(StorageKeys.DEFAULT_PREFIX);
        MemoryOptions cleaning = MemoryOptions.defaults().withCleanupInIsLocked(true);
        try (SyncGuard guard = locks.guard();
                SyncGuard cleaner = SyncGuard.using(locks.backend(cleaning))) {
            long counter = CounterAhead.of(locks, "k");
            assertThat(guard.tryAcquire("k")).isPresent();
            locks.advance(LockOptions.defaults().ttl());
            assertThat(cleaner.isLocked("k")).isTrue();
            locks.advance(Duration.ofMillis(1_000));
            assertThat(cleaner.isLocked("k")).isFalse();
            assertThat(kept.size()).isEqualTo(1);
            locks.advance(Duration.ofMillis(1_001));
            assertThat(guard.isLocked("k")).isFalse();
            assertThat(kept.size()).isEqualTo(1);

            assertThat(cleaner.isLocked("k")).isFalse();

            assertThat(kept.size()).isZero();
            assertThat(guard.acquire("k").fence().value()).isEqualTo(counter + 2);
        }
    }

    @Test
    @DisplayName("dead locks are swept, so that a store does not grow with the keys it has seen")
    void sweeps() {
        MemoryStore store = new MemoryStore();
        try (SyncGuard guard = SyncGuard.using(MemoryLockBackend.on(store))) {
            for (int i = 0; i < 1_023; i++) {
                assertThat(guard.tryAcquire("short-" + i, LockOptions.defaults().withTtl(Duration.ofMillis(1))))
                        .isPresent();
            }
            assertThat(store.under(StorageKeys.DEFAULT_PREFIX).size()).isEqualTo(1_023);
            Await.until("they are dead", () -> !guard.isLocked("short-1022"));

            assertThat(guard.tryAcquire("last", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();

            assertThat(store.under(StorageKeys.DEFAULT_PREFIX).size()).isEqualTo(1);
            assertThat(guard.isLocked("last")).isTrue();
        }
    }
}
