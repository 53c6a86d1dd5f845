package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
@Execution(ExecutionMode.CONCURRENT)
class HeartbeatTest {
    /** A stall of two thirds of it does not end a lock. */
    private static final Duration TTL = Duration.ofSeconds(4);

    /** The first beat with this one comes later than the first with the other, of a lock that was acquired before. */
    private static final Duration CONTROL_TTL = TTL.multipliedBy(5).dividedBy(4);

    /** No beat comes before this part of the ttl: a third, less a tenth of it and what gathers beats. */
    private static final Duration SOONEST_BEAT = TTL.multipliedBy(88).dividedBy(300);

    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    private LockHandle beating() {
        return way.acquire(guard, "key", LockOptions.defaults().withTtl(TTL).withHeartbeat());
    }

    /** Waits until a beat has come that is due later than any that locks of the ttl owe by now. */
    private void awaitLaterBeat() {
        LockHandle control = way.acquire(
                guard, "control", LockOptions.defaults().withTtl(CONTROL_TTL).withHeartbeat());
        Await.until("a beat of another lock", () -> backend.count("extend", control.id()) >= 1);
        assertThat(way.release(control)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("HLD-1 a lock with a heartbeat is renewed at a third of its ttl and outlives it")
    void renews() {
        long start = System.nanoTime();
        LockHandle lock = beating();

        Await.until("several beats", () -> backend.count("extend") >= 4);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(TTL);
        Await.until("the last one counts", () -> lock.remaining().compareTo(TTL.dividedBy(3)) > 0);
        assertThat(lock.isHeld()).isTrue();
        long[] beats = backend.calls.stream()
                .filter(call -> call.operation().equals("extend"))
                .mapToLong(ScriptedBackend.Call::nanos)
                .toArray();
        for (int i = 0; i < beats.length; i++) {
            assertThat(Duration.ofNanos(beats[i] - start))
                    .as("from the acquire to beat %s", i + 1)
                    .isGreaterThanOrEqualTo(SOONEST_BEAT.multipliedBy(i + 1));
        }
    }

    @Test
    @DisplayName("HLD-3 a release waits for a beat that is just being sent, so that none follows it")
    void releaseWhileSending() {
        CountDownLatch sending = new CountDownLatch(1);
        AtomicReference<StallMeter> stalls = new AtomicReference<>();
        LockHandle lock = beating();
        AtomicBoolean began = new AtomicBoolean();
        Thread releasing = new Thread(() -> {
            awaitQuietly(sending);
            began.set(true);
            way.release(lock);
        });
        backend.async().beforeExtending = () -> {
            stalls.set(StallMeter.start());
            sending.countDown();
            Await.until("the release waits, or is over", () -> {
                boolean releases = began.get();
                Thread.State state = releasing.getState();
                return (releases && state == Thread.State.TIMED_WAITING) || state == Thread.State.TERMINATED;
            });
        };
        releasing.start();

        Await.until("it is released", () -> !releasing.isAlive());

        Duration longestStall;
        try (StallMeter meter = stalls.get()) {
            longestStall = meter.worst();
        }
        List<String> operations = backend.calls.stream()
                .map(ScriptedBackend.Call::operation)
                .filter(operation -> !operation.equals("acquire"))
                .toList();
        // A release waits for a second at the most.
        if (longestStall.compareTo(Duration.ofMillis(500)) < 0) {
            assertThat(operations).containsExactly("extend", "release");
        }
    }

    @Test
    @DisplayName("HLD-2 a beat that fails, with an error or of any kind, is repeated until one succeeds")
    void retries() {
        backend.extensions.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        backend.extensions.add(() -> {
            throw new IllegalStateException("a defect of the backend's");
        });
        backend.extensions.add(() -> {
            throw new StackOverflowError();
        });
        LockHandle lock = beating();

        Await.until("a beat after three that failed", () -> backend.count("extend") >= 6);

        assertThat(lock.isHeld()).isTrue();
    }

    @Test
    @DisplayName("HLD-2 a beat that is never answered is given up and repeated before the deadline")
    void hangs() {
        backend.async().extensions.add(PendingCall.sent(LockOperation.EXTEND));
        LockHandle lock = beating();

        Await.until("a second beat", () -> backend.count("extend") >= 2);

        assertThat(lock.isHeld()).isTrue();
    }

    @Test
    @DisplayName("HLD-3 no beat follows a release, and none its failure")
    void endsBeforeRelease() {
        LockHandle lock = beating();
        LockHandle released =
                way.acquire(guard, "other", LockOptions.defaults().withTtl(TTL).withHeartbeat());
        Await.until(
                "a beat each",
                () -> backend.count("extend", lock.id()) >= 1 && backend.count("extend", released.id()) >= 1);
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));

        assertThatThrownBy(() -> way.release(lock)).isInstanceOf(LockException.class);
        assertThat(way.release(released)).isTrue();
        long beats = backend.count("extend", lock.id());
        long beatsOfReleased = backend.count("extend", released.id());
        awaitLaterBeat();

        assertThat(backend.count("extend", lock.id())).isEqualTo(beats);
        assertThat(backend.count("extend", released.id())).isEqualTo(beatsOfReleased);
        assertThat(way.release(lock)).isTrue();
        assertThat(lock.isHeld()).isFalse();
        assertThat(backend.count("extend", lock.id())).isEqualTo(beats);
    }

    @Test
    @DisplayName("HLD-3 a beat that is under way when the lock is released does not bring it back, nor tells of a loss")
    void releaseDuringBeat() {
        PendingCall<ExtendResult> beat = PendingCall.answeredAnyway(LockOperation.EXTEND);
        backend.async().extensions.add(beat);
        LockHandle lock = beating();
        AtomicInteger losses = new AtomicInteger();
        lock.onLost(losses::incrementAndGet);
        Await.until("a beat", () -> backend.count("extend") >= 1);

        assertThat(way.release(lock)).isTrue();
        beat.complete(new ExtendResult.Absent());

        assertThat(lock.isHeld()).isFalse();
        guard.close();
        Await.untilNoThreadIsLeft();
        assertThat(losses).hasValue(0);
        assertThat(backend.count("abandon")).isZero();
    }

    @Test
    @DisplayName("HLD-1 an extension by the holder sets the ttl that the heartbeat goes on with")
    void extensionSetsTtl() {
        LockHandle lock = beating();

        assertThat(way.extend(lock, Duration.ofMinutes(10))).isTrue();
        assertThat(backend.count("extend", lock.id())).isEqualTo(1);
        awaitLaterBeat();

        assertThat(backend.count("extend", lock.id())).isEqualTo(1);
        assertThat(lock.remaining()).isGreaterThan(Duration.ofMinutes(9));
    }

    @Test
    @DisplayName("HLD-1 an extension that overlaps a beat of a shorter ttl loses nothing: the next beat comes in time")
    void overlap() {
        PendingCall<ExtendResult> beat = PendingCall.answeredAnyway(LockOperation.EXTEND);
        backend.async().extensions.add(beat);
        LockHandle lock = beating();
        Await.until("a beat", () -> backend.count("extend") >= 1);

        if (way == Way.ASYNC) {
            // Its own extension is the next pending one.
            backend.async().extensions.clear();
        }
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        assertThat(lock.remaining()).as("the beat may land after the extension").isLessThanOrEqualTo(TTL);
        beat.complete(new ExtendResult.Extended(Instant.EPOCH));

        Await.until(
                "the next beat, or the end of the lock",
                () -> !lock.isHeld() || lock.remaining().compareTo(Duration.ofSeconds(30)) > 0);
        assertThat(lock.isHeld()).isTrue();
        assertThat(backend.count("extend")).isEqualTo(3);
    }

    @Test
    @DisplayName("HLD-7 closing the guard gives back what is held, tells the holders, and no beat follows")
    void closing() throws InterruptedException {
        LockHandle lock = beating();
        LockHandle plain = way.tryAcquire(guard, "plain", Duration.ofMinutes(1)).orElseThrow();
        LockHandle over = way.tryAcquire(guard, "over", Duration.ofMinutes(1)).orElseThrow();
        assertThat(way.release(over)).isTrue();
        CountDownLatch told = new CountDownLatch(2);
        lock.onLost(told::countDown);
        plain.onLost(told::countDown);

        guard.close();

        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.count("release")).isEqualTo(3);
        assertThat(lock.isHeld()).isFalse();
        long beats = backend.count("extend");
        Await.untilNoThreadIsLeft();
        assertThat(backend.count("extend"))
                .as("beats, when nothing is left that could send one")
                .isEqualTo(beats);
    }

    @Test
    @DisplayName("HLD-7 closing the guard waits for releases no longer than its close timeout")
    void closingIsBounded() {
        ScriptedBackend stuck = new ScriptedBackend();
        SyncGuard bounded = SyncGuard.using(stuck, GuardOptions.defaults().withCloseTimeout(Duration.ofMillis(100)));
        LockHandle unused = way.tryAcquire(bounded, "a", Duration.ofMinutes(1)).orElseThrow();
        stuck.async().releases.add(PendingCall.<ReleaseResult>sent(LockOperation.RELEASE));
        try (StallMeter stalls = StallMeter.start()) {
            long start = System.nanoTime();

            bounded.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(90));
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    @DisplayName("HLD-7 locks that were left to expire are not kept in memory")
    void forgotten() {
        int batches = 4;
        int each = 10_000;
        for (int batch = 0; batch < batches; batch++) {
            if (batch > 0) {
                // Until those before are forgotten.
                Pause.millis(1_100);
            }
            for (int i = 0; i < each; i++) {
                LockHandle unused =
                        way.tryAcquire(guard, "key-" + i, Duration.ofMillis(1)).orElseThrow();
            }
        }

        // What was kept when they were last looked through may double before they are again: two batches, and a few
        // more.
        assertThat(((io.syncguard.internal.guard.BlockingGuard) guard).heldLocks())
                .isLessThan(3 * each);
    }
}
