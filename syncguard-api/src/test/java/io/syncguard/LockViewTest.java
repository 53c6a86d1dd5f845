package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A guard's lock as a {@link Lock} of the JDK's. */
@Timeout(180)
@ExtendWith(SilentLog.class)
// What is locked without a finally is what is tested here.
@SuppressWarnings("LockNotBeforeTry")
class LockViewTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final Lock view = guard.asLock("secret-key");

    @AfterEach
    void close() {
        Thread.interrupted();
        guard.close();
    }

    private static LockErrorCode codeOf(ThrowingCallable call) {
        LockException e = catchThrowableOfType(LockException.class, call);
        assertThat(e).as("a LockException").isNotNull();
        return e.code();
    }

    /** Runs a call on a thread of its own and returns what it threw; null if nothing. */
    private static Throwable onOtherThread(ThrowingCallable call) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> thrown.set(catchThrowable(call)));
        thread.start();
        thread.join(60_000);
        assertThat(thread.isAlive()).as("the call goes on").isFalse();
        return thrown.get();
    }

    private void awaitAttempts(long attempts) {
        Await.until("it has tried", () -> backend.count("acquire") >= attempts);
    }

    @Test
    @DisplayName("HLD-9, ERR-4 a key or options that make no sense are refused when the view is made, before any I/O")
    void refusesAtOnce() {
        assertThat(codeOf(() -> guard.asLock(""))).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(codeOf(() -> guard.asLock("a\ud800"))).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        LockOptions contradictory = LockOptions.defaults().withMinHold(Duration.ofMinutes(2));
        assertThat(codeOf(() -> guard.asLock("key", contradictory))).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(codeOf(() -> guard.asLock("key", null))).isEqualTo(LockErrorCode.INVALID_ARGUMENT);

        assertThat(backend.calls).isEmpty();
    }

    @Test
    @DisplayName("HLD-9 locks, unlocks once, and can be locked again")
    void locksAndUnlocks() throws InterruptedException {
        view.lock();
        view.unlock();
        assertThat(view.tryLock()).isTrue();
        view.unlock();
        view.lockInterruptibly();
        view.unlock();
        assertThat(view.tryLock(1, TimeUnit.SECONDS)).isTrue();
        view.unlock();

        assertThat(backend.count("acquire")).isEqualTo(4);
        assertThat(backend.count("release")).isEqualTo(4);
        assertThat(backend.calls.stream()
                        .filter(call -> call.operation().equals("acquire"))
                        .map(ScriptedBackend.Call::id))
                .doesNotHaveDuplicates();
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(backend.count("release")).isEqualTo(4);
    }

    private static boolean somethingBeats() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("syncguard-timer"));
    }

    @Test
    @DisplayName("HLD-9 what it holds has a heartbeat, with options and without, unless these rule it out")
    void beats() {
        Await.until("nothing beats of what was before", () -> !somethingBeats());
        Lock plain = guard.asLock("plain", LockOptions.defaults().withoutHeartbeat());
        plain.lock();
        plain.unlock();
        assertThat(somethingBeats()).isFalse();

        view.lock();
        assertThat(somethingBeats()).isTrue();
        view.unlock();

        Lock beating = guard.asLock("beating", LockOptions.defaults().withTtl(Duration.ofSeconds(6)));
        beating.lock();
        LockId id = backend.calls.get(backend.calls.size() - 1).id();
        Await.until("beats", () -> backend.count("extend", id) >= 2);
        beating.unlock();
        long beats = backend.count("extend", id);
        HeldLock control = guard.acquire(
                "control",
                LockOptions.defaults().withTtl(Duration.ofMillis(7_500)).withHeartbeat());
        Await.until(
                "a beat that is due after the next one of the other", () -> backend.count("extend", control.id()) >= 1);
        assertThat(backend.count("extend", id))
                .as("beats after it was unlocked")
                .isEqualTo(beats);
    }

    @Test
    @DisplayName("HLD-9 the thread that has locked it is refused another lock, by every way, before any I/O")
    void notReentrant() throws InterruptedException {
        view.lock();

        for (ThrowingCallable again : new ThrowingCallable[] {
            view::lock, view::lockInterruptibly, view::tryLock, () -> view.tryLock(1, TimeUnit.SECONDS)
        }) {
            LockException e = catchThrowableOfType(LockException.class, again);
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e).hasMessageContaining("not reentrant").hasMessageNotContaining("secret-key");
        }
        assertThat(backend.count("acquire")).isEqualTo(1);

        backend.otherwise = Contended::unknown;
        assertThat(onOtherThread(() -> assertThat(view.tryLock()).isFalse()))
                .as("another thread is turned away by the server alone")
                .isNull();
        assertThat(backend.count("acquire")).isEqualTo(2);
        view.unlock();
    }

    @Test
    @DisplayName("HLD-9 only the thread that has locked may unlock, and the lock stays held if another one tries")
    void strayUnlock() throws InterruptedException {
        view.lock();

        assertThat(onOtherThread(view::unlock)).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(onOtherThread(() -> guard.asLock("secret-key").unlock()))
                .isInstanceOf(IllegalMonitorStateException.class);
        assertThat(backend.count("release")).isZero();

        view.unlock();
        assertThat(backend.count("release")).isEqualTo(1);
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    @DisplayName("HLD-9 a view of the same key unlocks what another view has locked, and one of another key does not")
    void viewsAreAlike() {
        guard.asLock("secret-key").lock();
        assertThatThrownBy(() -> guard.asLock("other-key").unlock()).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(codeOf(
                        () -> guard.asLock("secret-key", LockOptions.defaults().withTtl(Duration.ofSeconds(9)))
                                .lock()))
                .as("it would wait for itself")
                .isEqualTo(LockErrorCode.INVALID_ARGUMENT);

        guard.asLock("secret-key").unlock();

        assertThat(backend.count("acquire")).isEqualTo(1);
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("HLD-9 lock() waits as long as it takes, and through interrupts")
    void waitsUninterruptibly() throws InterruptedException {
        AtomicBoolean free = new AtomicBoolean();
        backend.otherwise = () -> free.get() ? acquired(1) : Contended.until(Instant.EPOCH, Duration.ofMillis(5));
        AtomicBoolean flag = new AtomicBoolean();
        Thread waiter = new Thread(() -> {
            view.lock();
            flag.set(Thread.currentThread().isInterrupted());
            view.unlock();
        });
        waiter.start();
        awaitAttempts(3);

        waiter.interrupt();
        long attempts = backend.count("acquire");
        awaitAttempts(attempts + 3);
        assertThat(waiter.isAlive()).isTrue();
        free.set(true);
        waiter.join(60_000);

        assertThat(waiter.isAlive()).isFalse();
        assertThat(flag).as("the interrupt is pending again").isTrue();
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "HLD-9 an interrupt that is pending already neither keeps lock() and tryLock() from locking, nor is lost")
    void pendingInterrupt() {
        Thread.currentThread().interrupt();

        view.lock();
        view.unlock();
        boolean locked = view.tryLock();
        view.unlock();

        assertThat(locked).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Interrupts an attempt that was sent, whose answer is then lost. */
    private Supplier<AcquireResult> interrupted() {
        return () -> {
            Thread.currentThread().interrupt();
            throw LockException.outcomeUnknown(LockErrorCode.ABORTED, LockOperation.ACQUIRE, null, "interrupted", null);
        };
    }

    private List<LockId> idsOf(String operation) {
        return backend.calls.stream()
                .filter(call -> call.operation().equals(operation))
                .map(ScriptedBackend.Call::id)
                .toList();
    }

    @Test
    @DisplayName(
            "HLD-9, ACQ-3 an interrupt during tryLock() has the same attempt made again, and does not compete with it")
    void interruptedAttempt() {
        backend.acquires.add(interrupted());
        backend.acquires.add(interrupted());
        // The server granted the first attempt.
        backend.acquires.add(() -> new HashSet<>(idsOf("acquire")).size() == 1 ? acquired(1) : Contended.unknown());

        assertThat(view.tryLock()).isTrue();

        assertThat(Thread.interrupted()).as("the interrupt is pending again").isTrue();
        assertThat(backend.count("acquire")).isEqualTo(3);
        assertThat(backend.count("abandon")).isZero();
        view.unlock();
        assertThat(backend.count("release", idsOf("acquire").get(0))).isEqualTo(1);
    }

    @Test
    @DisplayName("HLD-9, ACQ-4 an interrupted attempt of tryLock() that another holder turns out to precede is settled")
    void interruptedInVain() {
        backend.acquires.add(interrupted());
        backend.acquires.add(Contended::unknown);

        assertThat(view.tryLock()).isFalse();

        assertThat(Thread.interrupted()).isTrue();
        Await.until("it is settled", () -> backend.count("abandon") == 1);
        assertThat(idsOf("abandon")).isEqualTo(idsOf("acquire").subList(0, 1));
        backend.acquires.add(interrupted());
        backend.acquires.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

        assertThat(codeOf(view::tryLock)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);

        assertThat(Thread.interrupted()).isTrue();
        Await.until("it is settled too", () -> backend.count("abandon") == 2);
    }

    @Test
    @DisplayName("HLD-9 an interrupt ends lockInterruptibly() and tryLock(time, unit), and is used up by that")
    void interruptible() throws InterruptedException {
        backend.otherwise = Contended::unknown;
        for (ThrowingCallable waiting :
                new ThrowingCallable[] {view::lockInterruptibly, () -> view.tryLock(1, TimeUnit.HOURS)}) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicBoolean flag = new AtomicBoolean(true);
            Thread waiter = new Thread(() -> {
                thrown.set(catchThrowable(waiting));
                flag.set(Thread.currentThread().isInterrupted());
            });
            long attempts = backend.count("acquire");
            waiter.start();
            awaitAttempts(attempts + 2);
            waiter.interrupt();
            waiter.join(60_000);

            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            assertThat(flag).isFalse();
        }
        long attempts = backend.count("acquire");
        Thread.currentThread().interrupt();
        assertThatThrownBy(view::lockInterruptibly).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> view.tryLock(0, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(backend.count("acquire")).as("nothing is asked for").isEqualTo(attempts);
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    @DisplayName("HLD-9 tryLock() tries once, tryLock(time, unit) for that long, and without time once")
    void limited() throws InterruptedException {
        backend.otherwise = Contended::unknown;

        assertThat(view.tryLock()).isFalse();
        assertThat(backend.count("acquire")).isEqualTo(1);
        assertThat(view.tryLock(0, TimeUnit.SECONDS)).isFalse();
        assertThat(view.tryLock(-1, TimeUnit.DAYS)).isFalse();
        assertThat(backend.count("acquire")).isEqualTo(3);
        try (StallMeter stalls = StallMeter.start()) {
            long start = System.nanoTime();
            assertThat(view.tryLock(2, TimeUnit.SECONDS)).isFalse();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(backend.count("acquire")).isGreaterThan(5);
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    @DisplayName("HLD-9 no limit is too long")
    void longest() throws InterruptedException {
        assertThat(view.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        view.unlock();
    }

    @Test
    @DisplayName("HLD-9 a failure of the system ends every way to lock at once, and nothing is locked")
    void systemFails() {
        for (ThrowingCallable locking : new ThrowingCallable[] {
            view::lock, view::lockInterruptibly, view::tryLock, () -> view.tryLock(1, TimeUnit.HOURS)
        }) {
            backend.acquires.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));
            long attempts = backend.count("acquire");

            assertThat(codeOf(locking)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);

            assertThat(backend.count("acquire")).isEqualTo(attempts + 1);
            assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        }
    }

    @Test
    @DisplayName("HLD-9, OPT-3 closing the guard ends a wait with ABORTED, and unlocking finds the lock lost")
    void guardClosed() throws InterruptedException {
        view.lock();
        backend.otherwise = Contended::unknown;
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiter = new Thread(() -> thrown.set(catchThrowable(view::lock)));
        waiter.start();
        awaitAttempts(3);

        guard.close();
        waiter.join(60_000);

        assertThat(thrown.get()).isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                .isEqualTo(LockErrorCode.ABORTED));
        assertThat(codeOf(view::unlock)).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(codeOf(view::lock)).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("HLD-9 unlocking says LOCK_LOST if the lock had ended before, and leaves nothing locked")
    void lost() {
        backend.releases.add(() -> ReleaseResult.ABSENT);
        view.lock();
        LockException e = catchThrowableOfType(LockException.class, view::unlock);
        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(e).hasMessageContaining("heartbeat").hasMessageNotContaining("secret-key");
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);

        backend.extensions.add(ExtendResult.Absent::new);
        Lock beating = guard.asLock(
                "key", LockOptions.defaults().withTtl(Duration.ofSeconds(6)).withHeartbeat());
        beating.lock();
        Await.until(
                "the beat that finds it gone",
                () -> ((io.syncguard.internal.guard.BlockingGuard) guard).heldLocks() == 0);
        assertThat(codeOf(beating::unlock)).isEqualTo(LockErrorCode.LOCK_LOST);
        beating.lock();
        beating.unlock();
    }

    @Test
    @DisplayName("HLD-9 a release that fails is repeated in the background and not thrown")
    void releaseFails() {
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        view.lock();

        view.unlock();

        Await.until("it is given back", () -> backend.count("abandon") == 1);
        view.lock();
        view.unlock();
    }

    @Test
    @DisplayName("HLD-9 whoever comes late to unlock what was lost does not give back what another has locked since")
    void lostToNeighbour() throws InterruptedException {
        view.lock();
        LockId lostId = backend.calls.get(0).id();
        AtomicReference<LockId> newId = new AtomicReference<>();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch mayUnlock = new CountDownLatch(1);
        Thread neighbour = new Thread(() -> {
            view.lock();
            newId.set(backend.calls.get(backend.calls.size() - 1).id());
            locked.countDown();
            Await.until("it may unlock", () -> mayUnlock.getCount() == 0);
            view.unlock();
        });
        neighbour.start();
        assertThat(locked.await(60, TimeUnit.SECONDS)).isTrue();
        backend.releases.add(() -> ReleaseResult.ABSENT);

        assertThat(codeOf(view::unlock)).isEqualTo(LockErrorCode.LOCK_LOST);

        assertThat(backend.calls.get(backend.calls.size() - 1).id()).isEqualTo(lostId);
        mayUnlock.countDown();
        neighbour.join(60_000);
        assertThat(backend.calls.get(backend.calls.size() - 1).id()).isEqualTo(newId.get());
    }

    @Test
    @DisplayName("HLD-9 whoever has locked what another lost gives back their own, and the other hears of the loss")
    void neighbourUnlocksFirst() throws InterruptedException {
        view.lock();
        LockId lostId = backend.calls.get(0).id();
        assertThat(onOtherThread(() -> {
                    view.lock();
                    view.unlock();
                }))
                .isNull();
        assertThat(backend.calls.get(2).operation()).isEqualTo("release");
        assertThat(backend.calls.get(2).id())
                .isEqualTo(backend.calls.get(1).id())
                .isNotEqualTo(lostId);
        backend.releases.add(() -> ReleaseResult.ABSENT);

        assertThat(codeOf(view::unlock)).isEqualTo(LockErrorCode.LOCK_LOST);
    }

    @Test
    @DisplayName("HLD-8, HLD-9 a minimum hold counts")
    void minHold() {
        Lock scheduled = guard.asLock("job", LockOptions.defaults().withMinHold(Duration.ofSeconds(20)));

        scheduled.lock();
        scheduled.unlock();

        assertThat(backend.count("release")).isZero();
        assertThat(backend.count("extend")).isEqualTo(1);
    }

    @Test
    @DisplayName("HLD-9 there are no conditions; KEY-8 no raw key is shown")
    void rest() {
        assertThatThrownBy(view::newCondition).isInstanceOf(UnsupportedOperationException.class);
        assertThat(view.toString())
                .contains(LockKey.of("secret-key").fingerprint())
                .doesNotContain("secret-key");
    }
}
