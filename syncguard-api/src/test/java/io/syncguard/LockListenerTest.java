package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
class LockListenerTest {
    @Parameter
    Way way;

    private final List<LockEvent> events = new CopyOnWriteArrayList<>();
    private final List<LostLock> losses = new CopyOnWriteArrayList<>();
    private final List<String> closeFailures = new CopyOnWriteArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean slow;
    private volatile boolean hostile;

    private final LockListener listener = new LockListener() {
        @Override
        public void operationEnded(LockEvent event) {
            events.add(event);
            if (slow) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            if (hostile) {
                throw new StackOverflowError("scripted");
            }
        }

        @Override
        public void lockLost(LostLock lost) {
            losses.add(lost);
        }

        @Override
        public void closeFailed(String keyFingerprint, Throwable failure) {
            closeFailures.add(keyFingerprint);
        }

        @Override
        public void eventsDropped(long count) {
            dropped.addAndGet(count);
        }
    };

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard =
            SyncGuard.using(backend, GuardOptions.defaults().withListener(listener));

    @AfterEach
    void close() {
        goOn.countDown();
        guard.close();
    }

    private List<LockEvent> events(int count) {
        Await.until(count + " events", () -> events.size() >= count);
        return new ArrayList<>(events);
    }

    @Test
    @DisplayName("TEL-1 an acquire is one event with its attempts, token and time, whoever makes it")
    void acquire() {
        backend.acquires.add(Contended::unknown);
        backend.acquires.add(() -> ScriptedBackend.acquired(7));
        LockHandle lock = way.acquire(guard, "secret-key", LockOptions.defaults());

        LockEvent event = events(1).get(0);

        assertThat(event.operation()).isEqualTo(LockOperation.ACQUIRE);
        assertThat(event.origin()).isEqualTo(Origin.CALLER);
        assertThat(event.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(event.reason()).isEmpty();
        assertThat(event.attempts()).isEqualTo(2);
        assertThat(event.duration()).isBetween(Duration.ofMillis(40), Duration.ofSeconds(20));
        assertThat(event.fence()).contains(new FenceToken(7));
        assertThat(event.keyFingerprint()).contains(lock.keyFingerprint());
        assertThat(event.idFingerprint()).contains(lock.id().fingerprint());
        assertThat(event.toString()).doesNotContain("secret-key", lock.id().value());
    }

    @Test
    @DisplayName("TEL-1 contention and failure are told apart, each with its reason")
    void failures() {
        backend.otherwise = Contended::unknown;
        assertThat(way.tryAcquire(guard, "key", Duration.ofSeconds(1))).isEmpty();
        assertThatThrownBy(
                        () -> way.acquire(guard, "key", LockOptions.defaults().withMaxRetries(0)))
                .isInstanceOf(LockException.class);
        backend.otherwise = ScriptedBackend.failing(LockErrorCode.AUTH_FAILED, false);
        assertThatThrownBy(() -> way.acquire(guard, "key", LockOptions.defaults()))
                .isInstanceOf(LockException.class);

        List<LockEvent> told = events(3);

        assertThat(told.get(0).outcome()).isEqualTo(Outcome.CONTENDED);
        assertThat(told.get(0).reason()).isEmpty();
        assertThat(told.get(1).outcome()).isEqualTo(Outcome.CONTENDED);
        assertThat(told.get(1).reason()).contains(LockErrorCode.ACQUISITION_TIMEOUT);
        assertThat(told.get(2).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(told.get(2).reason()).contains(LockErrorCode.AUTH_FAILED);
        assertThat(told).allMatch(event -> event.fence().isEmpty() && event.attempts() == 1);
    }

    @Test
    @DisplayName(
            "TEL-1 releases, extensions and looks are told, through handle, helper, guard, heartbeat and background")
    void everything() {
        LockHandle lock = way.acquire(
                guard,
                "key",
                LockOptions.defaults().withTtl(Duration.ofSeconds(6)).withHeartbeat());
        Await.until("a beat", () -> backend.count("extend") > 0);
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        assertThat(way.release(lock)).isTrue();
        guard.run("key", () -> {});
        guard.isLocked("key");
        guard.async().owns(lock.id()).join();
        backend.releases.add(ScriptedBackend.failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        way.close(way.acquire(guard, "key", LockOptions.defaults()));
        Await.until("it is settled", () -> backend.count("abandon") == 1);

        List<LockEvent> told = events(11);

        assertThat(told)
                .extracting(event -> event.operation() + " " + event.origin() + " " + event.outcome())
                .contains(
                        "acquire CALLER SUCCEEDED",
                        "extend HEARTBEAT SUCCEEDED",
                        "extend CALLER SUCCEEDED",
                        "release CALLER SUCCEEDED",
                        "is-locked CALLER SUCCEEDED",
                        "lookup CALLER SUCCEEDED",
                        "release CALLER FAILED",
                        "release SETTLER SUCCEEDED");
        assertThat(closeFailures).containsExactly(lock.keyFingerprint());
    }

    @Test
    @DisplayName("TEL-1 what is absent is told as such, and a loss with its cause")
    void absent() {
        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThat(way.release(way.acquire(guard, "key", LockOptions.defaults())))
                .isFalse();
        backend.extensions.add(ExtendResult.Absent::new);
        LockHandle lock = way.acquire(guard, "key", LockOptions.defaults());
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isFalse();
        LockHandle closed = way.acquire(guard, "key", LockOptions.defaults());
        guard.close();

        Await.until("two losses", () -> losses.size() == 2);

        assertThat(events(5)).extracting(LockEvent::outcome).contains(Outcome.ABSENT);
        assertThat(losses)
                .containsExactly(
                        new LostLock(
                                lock.keyFingerprint(), lock.id().fingerprint(), lock.fence(), LostLock.Cause.ABSENT),
                        new LostLock(
                                closed.keyFingerprint(),
                                closed.id().fingerprint(),
                                closed.fence(),
                                LostLock.Cause.CLOSED));
    }

    @Test
    @DisplayName("TEL-2 a listener that blocks delays nobody, misses events, and is told how many")
    void slowListener() {
        slow = true;
        try (StallMeter stalls = StallMeter.start()) {
            for (int i = 0; i < 15_000; i++) {
                guard.isLocked("key");
            }
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(10));
        }

        slow = false;
        goOn.countDown();
        guard.isLocked("key");

        Await.until("it has heard of all", () -> dropped.get() > 0);
        Await.until("it adds up", () -> dropped.get() + events.size() >= 15_000);
    }

    @Test
    @DisplayName("TEL-2 a listener that throws fails nothing and goes on hearing")
    void hostileListener() {
        hostile = true;

        guard.run("key", () -> {});
        guard.run("key", () -> {});

        assertThat(events(4)).hasSize(4);
    }

    @Test
    @DisplayName("TEL-2 without a listener there is no thread for events")
    void absentListener() {
        guard.close();
        Await.until("no listener of another guard is left", () -> Await.noThreadIsNamed("syncguard-listener"));
        try (SyncGuard plain = SyncGuard.using(new ScriptedBackend())) {
            plain.run("key", () -> {});

            assertThat(Await.noThreadIsNamed("syncguard-listener")).isTrue();
        }
    }
}
