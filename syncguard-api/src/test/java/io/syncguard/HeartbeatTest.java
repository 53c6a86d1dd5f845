package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Way.class)
@Timeout(30)
class HeartbeatTest {
    private static final Duration TTL = Duration.ofMillis(600);

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

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    @DisplayName("HLD-1 a lock with a heartbeat is renewed at a third of its ttl and outlives it")
    void renews() {
        long start = System.nanoTime();
        LockHandle lock = beating();

        Await.until("several beats", () -> backend.count("extend") >= 5);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(TTL);
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(TTL.dividedBy(3));
        long[] beats = backend.calls.stream()
                .filter(call -> call.operation().equals("extend"))
                .mapToLong(ScriptedBackend.Call::nanos)
                .toArray();
        for (int i = 1; i < beats.length; i++) {
            assertThat(Duration.ofNanos(beats[i] - beats[i - 1]))
                    .as("between two beats")
                    .isGreaterThanOrEqualTo(TTL.multipliedBy(8).dividedBy(30));
        }
    }

    @Test
    @DisplayName("HLD-1 without one a lock is not renewed, and nothing is scheduled")
    void notAskedFor() {
        LockHandle lock = way.acquire(guard, "key", LockOptions.defaults().withTtl(Duration.ofMillis(90)));

        Await.until("the ttl is over", () -> !lock.isHeld());

        assertThat(backend.count("extend")).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("syncguard-timer"));
    }

    @Test
    @DisplayName("HLD-5 the beats of many locks are sent together, a hundred at the most")
    void together() {
        LockOptions options =
                LockOptions.defaults().withTtl(Duration.ofSeconds(3)).withHeartbeat();
        List<LockHandle> locks = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            locks.add(way.acquire(guard, "key-" + i, options));
        }

        Await.until("each has been renewed", () -> backend.count("extend") >= locks.size());

        assertThat(backend.async().together)
                .allMatch(count -> count <= AsyncLockBackend.MOST_EXTENSIONS)
                .hasSizeLessThan(300);
        assertThat(locks).allMatch(LockHandle::isHeld);
    }

    @Test
    @DisplayName("HLD-3 a release waits for a beat that is just being sent, so that none follows it")
    void releaseWhileSending() {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        LockHandle lock = beating();
        backend.async().beforeExtending = () -> {
            sending.countDown();
            // Longer than a release takes that does not wait.
            pause(200);
        };
        Thread releasing = new Thread(() -> {
            try {
                sending.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            way.release(lock);
            released.countDown();
        });
        releasing.start();

        Await.until("it is released", () -> released.getCount() == 0);

        assertThat(backend.calls.stream()
                        .map(ScriptedBackend.Call::operation)
                        .filter(operation -> !operation.equals("acquire")))
                .containsExactly("extend", "release");
    }

    @Test
    @DisplayName("HLD-2 a beat that fails, with an error or of any kind, is repeated until one succeeds")
    void retries() {
        LockHandle lock = beating();
        backend.extensions.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        backend.extensions.add(() -> {
            throw new IllegalStateException("a defect of the backend's");
        });
        backend.extensions.add(() -> {
            throw new StackOverflowError();
        });

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
        Await.until("a beat", () -> backend.count("extend") >= 1);
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));

        assertThatThrownBy(() -> way.release(lock)).isInstanceOf(LockException.class);
        long beats = backend.count("extend");
        pause(500);
        assertThat(way.release(lock)).isTrue();
        pause(300);

        assertThat(backend.count("extend")).isEqualTo(beats);
        assertThat(lock.isHeld()).isFalse();
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
        pause(100);

        assertThat(losses).hasValue(0);
        assertThat(lock.isHeld()).isFalse();
        assertThat(backend.count("abandon")).isZero();
    }

    @Test
    @DisplayName("HLD-1 an extension by the holder sets the ttl that the heartbeat goes on with")
    void extensionSetsTtl() {
        LockHandle lock = beating();

        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        long extensions = backend.count("extend");
        pause(400);

        assertThat(backend.count("extend")).isEqualTo(extensions);
        assertThat(lock.remaining()).isGreaterThan(Duration.ofSeconds(50));
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

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(lock.isHeld()).isFalse();
        assertThat(lock.remaining()).isZero();
        pause(800);
        assertThat(losses).hasValue(1);
        assertThat(backend.count("extend")).isEqualTo(1);
        assertThat(way.extend(lock, TTL)).isFalse();
        assertThat(way.release(lock)).isFalse();
        assertThat(backend.count("release")).as("there is nothing to give back").isZero();
    }

    @Test
    @DisplayName("HLD-4, TIME-5 when no beat succeeds, the holder is told by the deadline, and not before it is near")
    void toldByDeadline() {
        LockHandle lock = beating();
        for (int i = 0; i < 1_000; i++) {
            backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        }
        AtomicLong leftMillis = new AtomicLong(Long.MIN_VALUE);
        Instant unusedExpiry = lock.expiresAt();
        long deadline = System.nanoTime() + lock.remaining().toNanos();
        ((io.syncguard.internal.lease.LeaseHandle) lock)
                .immediatelyOnLoss(() -> leftMillis.set(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));

        Await.until("the loss", () -> leftMillis.get() != Long.MIN_VALUE);

        assertThat(leftMillis.get()).isBetween(-100L, 30L);
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
        for (int i = 0; i < 1_000; i++) {
            backend.extensions.add(failing(LockErrorCode.NETWORK_TIMEOUT, true));
        }
        LockHandle lock = beating();
        Await.until("the deadline", () -> !lock.isHeld());
        CountDownLatch told = new CountDownLatch(1);
        lock.onLost(told::countDown);
        Await.until("the loss", () -> told.getCount() == 0);

        beat.complete(new ExtendResult.Extended(Instant.EPOCH));

        Await.until("it is freed", () -> backend.count("abandon") == 1);
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
        beat.complete(new ExtendResult.Extended(Instant.EPOCH));
        pause(900);

        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(Duration.ofSeconds(30));
    }

    @Test
    @DisplayName(
            "HLD-4 what beats that were never answered may have prolonged is freed, once the holder had time to stop")
    void unansweredBeats() {
        for (int i = 0; i < 100; i++) {
            backend.async().extensions.add(PendingCall.sent(LockOperation.EXTEND));
        }
        LockHandle lock = beating();
        Await.until("the loss", () -> !lock.isHeld() && backend.count("extend") > 1);
        pause(300);
        assertThat(backend.count("abandon")).isZero();

        Await.until("it is freed", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName("HLD-4 a lock without a heartbeat tells of its end too, and of none if it was given back")
    void plainLocks() throws InterruptedException {
        AtomicInteger losses = new AtomicInteger();
        LockHandle released = way.tryAcquire(guard, "a", Duration.ofMillis(100)).orElseThrow();
        released.onLost(losses::incrementAndGet);
        assertThat(way.release(released)).isTrue();
        released.onLost(losses::incrementAndGet);
        LockHandle closed = way.tryAcquire(guard, "b", Duration.ofMillis(100)).orElseThrow();
        closed.onLost(losses::incrementAndGet);
        way.close(closed);
        pause(200);
        assertThat(losses).hasValue(0);

        LockHandle left = way.tryAcquire(guard, "c", Duration.ofMillis(100)).orElseThrow();
        CountDownLatch told = new CountDownLatch(2);
        left.onLost(told::countDown);
        left.lost().thenRun(told::countDown);
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(left.isHeld()).isFalse();
        AtomicInteger late = new AtomicInteger();
        left.onLost(late::incrementAndGet);
        assertThat(late).as("a callback that comes after the loss").hasValue(1);
    }

    @Test
    @DisplayName("HLD-4 an extension moves the moment of the loss, one found absent brings it forward")
    void extended() {
        LockHandle lock = way.tryAcquire(guard, "c", Duration.ofMillis(200)).orElseThrow();
        AtomicInteger losses = new AtomicInteger();
        lock.onLost(losses::incrementAndGet);
        assertThat(way.extend(lock, Duration.ofMinutes(1))).isTrue();
        pause(300);
        assertThat(losses).hasValue(0);

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

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("HLD-5 ten thousand held locks share one thread")
    void oneThread() {
        for (int i = 0; i < 10_000; i++) {
            LockHandle unused = way.acquire(
                    guard, "key-" + i, LockOptions.defaults().withHeartbeat().withTtl(Duration.ofSeconds(2)));
        }

        Await.until("a beat each", () -> backend.count("extend") >= 10_000);

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("syncguard-timer"))
                .hasSize(1);
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

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.count("release")).isEqualTo(3);
        assertThat(lock.isHeld()).isFalse();
        long beats = backend.count("extend");
        pause(400);
        assertThat(backend.count("extend")).isEqualTo(beats);
        Await.until("no thread is left", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("syncguard-")));
    }

    @Test
    @DisplayName("HLD-7 closing the guard waits for releases no longer than its close timeout")
    void closingIsBounded() {
        ScriptedBackend stuck = new ScriptedBackend();
        SyncGuard bounded = SyncGuard.using(stuck, GuardOptions.defaults().withCloseTimeout(Duration.ofMillis(100)));
        LockHandle unused = way.tryAcquire(bounded, "a", Duration.ofMinutes(1)).orElseThrow();
        stuck.async().releases.add(PendingCall.<ReleaseResult>sent(LockOperation.RELEASE));
        long start = System.nanoTime();

        bounded.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(90), Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("HLD-7 locks that were left to expire are not kept in memory")
    void forgotten() {
        int batches = 4;
        int each = 10_000;
        for (int batch = 0; batch < batches; batch++) {
            pause(batch == 0 ? 0 : 1_100);
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
