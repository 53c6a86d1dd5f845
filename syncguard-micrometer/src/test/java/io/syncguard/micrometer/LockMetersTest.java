package io.syncguard.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.syncguard.GuardOptions;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockLabel;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.memory.MemoryLockBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LockMetersTest {
    private static final LockOptions CHARGE = LockOptions.defaults().withName("charge");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LockMeters meters = LockMeters.withTags(Tags.of("application", "shop"));
    private final SyncGuard guard =
            SyncGuard.using(MemoryLockBackend.create(), GuardOptions.defaults().withObserver(meters));

    LockMetersTest() {
        meters.bindTo(registry);
    }

    @AfterEach
    void close() {
        guard.close();
    }

    private double gauge(String name) {
        return registry.get(name)
                .tags("name", "charge", "backend", "memory", "application", "shop")
                .gauge()
                .value();
    }

    @Test
    @DisplayName("held locks and acquires under way are gauges, and hand-overs are counted")
    void handOver() throws Exception {
        HeldLock lock = guard.acquire("key", CHARGE);
        CompletableFuture<Void> waiting =
                guard.async().run("key", CHARGE, () -> CompletableFuture.completedFuture(null));

        assertThat(gauge("syncguard.locks.held")).isOne();
        assertThat(gauge("syncguard.locks.acquiring")).isOne();
        lock.release();
        waiting.get(60, TimeUnit.SECONDS);

        assertThat(gauge("syncguard.locks.held")).isZero();
        assertThat(gauge("syncguard.locks.acquiring")).isZero();
        assertThat(registry.get("syncguard.locks.acquire")
                        .tags("name", "charge", "outcome", "succeeded", "reason", "none")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("syncguard.locks.hold")
                        .tags("name", "charge", "ending", "released", "cause", "none")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("syncguard.locks.handed.over").counter().count())
                .isOne();
    }

    @Test
    @DisplayName("what was in vain has its outcome and its reason")
    void inVain() {
        guard.acquire("key", LockOptions.defaults());
        assertThat(guard.tryAcquire("key", CHARGE)).isEmpty();
        assertThatThrownBy(() -> guard.acquire("key", CHARGE.withTimeout(Duration.ofMillis(10))))
                .isInstanceOf(LockException.class);

        assertThat(registry.get("syncguard.locks.acquire")
                        .tags("outcome", "contended", "reason", "acquisition_timeout")
                        .timer()
                        .count())
                .isOne();
        assertThat(registry.get("syncguard.locks.acquire")
                        .tags("outcome", "contended", "reason", "none")
                        .timer()
                        .count())
                .isOne();
        assertThat(gauge("syncguard.locks.acquiring")).isZero();
    }

    @Test
    @DisplayName("a loss and beats are metered")
    void lossAndBeats() {
        guard.acquire("key", CHARGE.withTtl(Duration.ofSeconds(6)).withHeartbeat());
        Await.until(
                "a beat is metered",
                () -> registry.find("syncguard.locks.background")
                                .tags("origin", "heartbeat", "outcome", "succeeded")
                                .timer()
                        != null);
        guard.close();
        Await.until(
                "the loss is metered",
                () -> registry.find("syncguard.locks.hold")
                                .tags("ending", "lost", "cause", "closed")
                                .timer()
                        != null);

        assertThat(gauge("syncguard.locks.held")).isZero();
    }

    @Test
    @DisplayName("late beats and dropped events are metered")
    void lateAndDropped() {
        meters.heartbeatLate("memory", named("charge"), Duration.ofSeconds(2));
        meters.eventsDropped(7);

        assertThat(registry.get("syncguard.heartbeats.late").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
        assertThat(registry.get("syncguard.events.dropped").counter().count()).isEqualTo(7);
    }

    @Test
    @DisplayName(
            "what happened before the registry was bound counts in its gauges, and a second registry sees the same")
    void boundLate() {
        LockMeters unbound = LockMeters.create();
        SimpleMeterRegistry first = new SimpleMeterRegistry();
        SimpleMeterRegistry second = new SimpleMeterRegistry();
        try (SyncGuard other = SyncGuard.using(
                MemoryLockBackend.create(), GuardOptions.defaults().withObserver(unbound))) {
            HeldLock lock = other.acquire("key");
            unbound.bindTo(first);
            unbound.bindTo(first);
            unbound.bindTo(second);

            assertThat(first.get("syncguard.locks.held").gauge().value()).isOne();
            assertThat(second.get("syncguard.locks.held").gauge().value()).isOne();
            lock.release();
            assertThat(second.get("syncguard.locks.hold").timer().count()).isOne();
        }
    }

    @Test
    @DisplayName("a million keys make a handful of meters, and a million names a bounded number")
    void bounded() {
        for (int i = 0; i < 1_000_000; i++) {
            meters.operationBegins("memory", LockOperation.ACQUIRE, Optional.of(label(i, Optional.empty())));
        }
        assertThat(registry.getMeters()).hasSizeLessThan(10);

        for (int i = 0; i < 1_000_000; i++) {
            meters.operationBegins("memory", LockOperation.ACQUIRE, Optional.of(label(i, Optional.of("name-" + i))));
        }

        assertThat(registry.getMeters()).hasSizeBetween(200, 220);
        assertThat(registry.get("syncguard.locks.acquiring")
                        .tag("name", "other")
                        .gauge()
                        .value())
                .isEqualTo(1_000_000 - 100);
    }

    @Test
    @DisplayName("many keys of a real guard make no more meters than one")
    void realKeys() {
        guard.run("first", CHARGE, () -> {});
        int before = registry.getMeters().size();

        for (int i = 0; i < 10_000; i++) {
            guard.run("key-" + i, CHARGE, () -> {});
        }

        assertThat(registry.getMeters()).hasSize(before);
    }

    private static LockLabel named(String name) {
        return label(0, Optional.of(name));
    }

    private static LockLabel label(int key, Optional<String> name) {
        return new LockLabel() {
            @Override
            public Optional<String> name() {
                return name;
            }

            @Override
            public String keyFingerprint() {
                return Integer.toString(key);
            }

            @Override
            public Optional<String> key() {
                return Optional.empty();
            }
        };
    }
}
