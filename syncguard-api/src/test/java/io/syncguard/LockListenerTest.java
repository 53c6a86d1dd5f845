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
import java.util.Collections;
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
        public void closeFailed(LockLabel lock, LockException failure) {
            closeFailures.add(lock.keyFingerprint());
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
        assertThat(event.lock().map(LockLabel::keyFingerprint)).contains(lock.keyFingerprint());
        assertThat(event.lock().flatMap(LockLabel::key)).isEmpty();
        assertThat(event.heldFor()).isEmpty();
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
        assertThat(losses).extracting(LostLock::cause).containsExactly(LostLock.Cause.ABSENT, LostLock.Cause.CLOSED);
        assertThat(losses)
                .extracting(lost -> lost.lock().keyFingerprint() + lost.idFingerprint() + lost.fence())
                .containsExactly(described(lock), described(closed));
        assertThat(losses).allMatch(lost -> !lost.heldFor().isNegative());
    }

    private static String described(LockHandle lock) {
        return lock.keyFingerprint() + lock.id().fingerprint() + lock.fence();
    }

    @Test
    @DisplayName("TEL-1 a release and an extension tell the key, the name, and for how long the lock was held")
    void named() {
        LockHandle lock =
                way.acquire(guard, "secret-key", LockOptions.defaults().withName("charge-payment"));
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        assertThat(way.release(lock)).isTrue();

        List<LockEvent> told = events(3);

        assertThat(lock.name()).contains("charge-payment");
        assertThat(lock.toString()).contains("charge-payment");
        assertThat(told).allSatisfy(event -> {
            assertThat(event.lock().flatMap(LockLabel::name)).contains("charge-payment");
            assertThat(event.lock().map(LockLabel::keyFingerprint)).contains(lock.keyFingerprint());
            assertThat(event.lock().map(Object::toString)).contains("charge-payment " + lock.keyFingerprint());
        });
        assertThat(told.get(0).heldFor()).isEmpty();
        assertThat(told.get(1).heldFor())
                .hasValueSatisfying(held -> assertThat(held).isPositive());
        assertThat(told.get(2).heldFor()).hasValueSatisfying(held -> assertThat(held)
                .isGreaterThanOrEqualTo(told.get(1).heldFor().orElseThrow()));
    }

    @Test
    @DisplayName("TEL-1 calls that are refused before anything is sent are told too")
    void refused() {
        LockHandle lock = way.acquire(guard, "key", LockOptions.defaults());
        assertThatThrownBy(() -> way.acquire(guard, "", LockOptions.defaults())).isInstanceOf(LockException.class);
        assertThatThrownBy(() ->
                        way.tryAcquire(guard, "key", LockOptions.defaults().withMaxRetries(3)))
                .isInstanceOf(LockException.class);
        assertThatThrownBy(() -> way.extend(lock, Duration.ZERO)).isInstanceOf(LockException.class);
        assertThatThrownBy(() -> guard.isLocked("")).isInstanceOf(LockException.class);

        List<LockEvent> told = events(5).subList(1, 5);

        assertThat(told)
                .extracting(LockEvent::operation)
                .containsExactly(
                        LockOperation.ACQUIRE, LockOperation.ACQUIRE, LockOperation.EXTEND, LockOperation.IS_LOCKED);
        assertThat(told).allSatisfy(event -> {
            assertThat(event.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(event.reason()).contains(LockErrorCode.INVALID_ARGUMENT);
            assertThat(event.attempts()).isZero();
        });
        assertThat(told.get(0).lock()).isEmpty();
        assertThat(told.get(1).lock()).isPresent();
    }

    @Test
    @DisplayName("KEY-8 raw keys are told to a listener only if the guard's options say so")
    void keysShown() {
        List<LockEvent> heard = Collections.synchronizedList(new ArrayList<>());
        LockListener listening = new LockListener() {
            @Override
            public void operationEnded(LockEvent event) {
                heard.add(event);
            }
        };
        GuardOptions options = GuardOptions.defaults().withListener(listening).withKeysShown();
        try (SyncGuard showing = SyncGuard.using(new ScriptedBackend(), options)) {
            way.close(way.acquire(showing, "shown-key", LockOptions.defaults()));
            Await.until("two events", () -> heard.size() == 2);
        }

        assertThat(heard).allSatisfy(event -> {
            assertThat(event.lock().flatMap(LockLabel::key)).contains("shown-key");
            assertThat(event.lock().map(Object::toString))
                    .hasValueSatisfying(text -> assertThat(text).contains("\"shown-key\""));
        });
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
