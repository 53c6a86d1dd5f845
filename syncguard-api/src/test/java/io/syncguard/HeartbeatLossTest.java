package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.ExtendResult;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

/** The loss of a lock, with a heartbeat and without: whom it is told to, when, and what is freed then. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
@ExtendWith(SilentLog.class)
@Execution(ExecutionMode.CONCURRENT)
class HeartbeatLossTest {
    private static final Duration TTL = Duration.ofSeconds(4);

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

    /** Returns a lock without a heartbeat whose ttl ends later than that of locks acquired before. */
    private CountDownLatch laterDeadline() {
        CountDownLatch told = new CountDownLatch(1);
        way.tryAcquire(guard, "later deadline", TTL).orElseThrow().onLost(told::countDown);
        return told;
    }

    private static void immediatelyOnLoss(LockHandle lock, Runnable action) {
        ((io.syncguard.internal.lease.LeaseHandle) lock).immediatelyOnLoss(action);
    }

    private static void failExtensions(ScriptedBackend backend) {
        for (int i = 0; i < 1_000; i++) {
            backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        }
    }

    @Test
    @DisplayName("HLD-4 when the server says that the lock is gone, the holder is told once")
    void toldWhenGone() throws InterruptedException {
        backend.extensions.add(ExtendResult.Absent::new);
        LockHandle lock = beating();
        AtomicInteger losses = new AtomicInteger();
        CountDownLatch told = new CountDownLatch(1);
        lock.onLost(() -> {
            losses.incrementAndGet();
            told.countDown();
        });

        CountDownLatch laterDeadline = laterDeadline();

        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(lock.isHeld()).isFalse();
        assertThat(lock.remaining()).isZero();
        assertThat(laterDeadline.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.count("extend")).isEqualTo(1);
        assertThat(way.extend(lock, TTL)).isFalse();
        assertThat(way.release(lock)).isFalse();
        assertThat(backend.count("release", lock.id()))
                .as("there is nothing to give back")
                .isZero();
        guard.close();
        Await.untilNoThreadIsLeft();
        assertThat(losses).hasValue(1);
    }

    @Test
    @DisplayName("HLD-4, TIME-5 when no beat succeeds, the holder is told by the deadline, and not before it is near")
    void toldByDeadline() {
        failExtensions(backend);
        LockHandle lock = beating();
        AtomicLong leftMillis = new AtomicLong(Long.MIN_VALUE);
        AtomicReference<Duration> toldAfter = new AtomicReference<>();
        Duration left;
        try (StallMeter stalls = StallMeter.start()) {
            long now = System.nanoTime();
            left = lock.remaining();
            long deadline = now + left.toNanos();
            immediatelyOnLoss(lock, () -> {
                leftMillis.set(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
                toldAfter.set(stalls.elapsed());
            });

            Await.until("the loss", () -> toldAfter.get() != null);
        }

        assertThat(leftMillis.get()).isLessThanOrEqualTo(30);
        assertThat(toldAfter.get()).as("without stalls").isLessThanOrEqualTo(left.plusMillis(200));
        assertThat(lock.isHeld()).isFalse();
        assertThat(backend.count("extend")).isGreaterThan(3);
        assertThat(way.extend(lock, TTL))
                .as("a lock its holder was told is lost")
                .isFalse();
    }

    @Test
    @DisplayName("HLD-4 a beat that succeeds after the holder was told frees what it prolonged")
    void lateBeat() {
        PendingCall<ExtendResult> beat = PendingCall.answeredAnyway(LockOperation.EXTEND);
        backend.async().extensions.add(beat);
        failExtensions(backend);
        LockHandle lock = beating();
        CountDownLatch told = new CountDownLatch(1);
        lock.onLost(told::countDown);
        Await.until("the loss", () -> told.getCount() == 0);
        assertThat(lock.isHeld()).isFalse();
        Await.until("it is freed for the beats that were not answered", () -> backend.count("abandon") == 1);

        beat.complete(new ExtendResult.Extended(Instant.EPOCH));

        Await.until("it is freed once more", () -> backend.count("abandon") == 2);
    }

    @Test
    @DisplayName(
            "HLD-4 what beats that were never answered may have prolonged is freed, once the holder had time to stop")
    void unansweredBeats() {
        for (int i = 0; i < 100; i++) {
            backend.async().extensions.add(PendingCall.sent(LockOperation.EXTEND));
        }
        LockHandle lock = beating();
        AtomicLong lostNanos = new AtomicLong();
        immediatelyOnLoss(lock, () -> lostNanos.set(System.nanoTime()));

        Await.until("it is freed", () -> backend.count("abandon") == 1);

        assertThat(lock.isHeld()).isFalse();
        assertThat(backend.count("extend")).isGreaterThan(1);
        long freedNanos = backend.calls.get(backend.calls.size() - 1).nanos();
        assertThat(Duration.ofNanos(freedNanos - lostNanos.get())).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    @DisplayName("HLD-4 a lock without a heartbeat tells of its end too, and of none if it was given back")
    void plainLocks() throws InterruptedException {
        AtomicInteger losses = new AtomicInteger();
        LockHandle released = way.tryAcquire(guard, "a", TTL).orElseThrow();
        released.onLost(losses::incrementAndGet);
        assertThat(way.release(released)).isTrue();
        released.onLost(losses::incrementAndGet);
        LockHandle closed = way.tryAcquire(guard, "b", TTL).orElseThrow();
        closed.onLost(losses::incrementAndGet);
        way.close(closed);

        LockHandle left = way.tryAcquire(guard, "c", TTL).orElseThrow();
        CountDownLatch told = new CountDownLatch(2);
        left.onLost(told::countDown);
        left.lost().thenRun(told::countDown);
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(left.isHeld()).isFalse();
        AtomicInteger late = new AtomicInteger();
        left.onLost(late::incrementAndGet);
        Await.until("a callback that comes after the loss is called", () -> late.get() == 1);
        guard.close();
        Await.untilNoThreadIsLeft();
        assertThat(losses)
                .as("losses of locks that were given back, and would have ended before")
                .hasValue(0);
    }

    @Test
    @DisplayName("HLD-4 an extension moves the moment of the loss, one found absent brings it forward")
    void extended() throws InterruptedException {
        LockHandle lock = way.tryAcquire(guard, "c", TTL).orElseThrow();
        AtomicInteger losses = new AtomicInteger();
        AtomicInteger immediate = new AtomicInteger();
        lock.onLost(losses::incrementAndGet);
        immediatelyOnLoss(lock, immediate::incrementAndGet);
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        assertThat(laterDeadline().await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(immediate).hasValue(0);
        assertThat(losses).hasValue(0);
        assertThat(lock.isHeld()).isTrue();

        backend.extensions.add(ExtendResult.Absent::new);
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isFalse();

        Await.until("the loss", () -> losses.get() == 1);
    }

    @Test
    @DisplayName("HLD-4 what a callback throws is nobody else's trouble")
    void callbackThrows() throws InterruptedException {
        LockHandle lock = way.tryAcquire(guard, "c", Duration.ofMillis(50)).orElseThrow();
        CountDownLatch told = new CountDownLatch(1);
        lock.onLost(() -> {
            throw new IllegalStateException("scripted");
        });
        lock.onLost(told::countDown);

        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
