package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.internal.guard.BlockingGuard;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A guard's lock as a reentrant lock of the JDK's. */
@Timeout(180)
@ExtendWith(SilentLog.class)
// What is locked without a finally is what is tested here.
@SuppressWarnings("LockNotBeforeTry")
class ReentrantViewTest {
    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final ReentrantKeyLock view = guard.asReentrantLock("secret-key");

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

    private List<ThrowingCallable> everyWayToLock(Lock lock) {
        return List.of(
                lock::lock,
                lock::lockInterruptibly,
                () -> assertThat(lock.tryLock()).isTrue(),
                () -> assertThat(lock.tryLock(1, TimeUnit.HOURS)).isTrue(),
                () -> assertThat(lock.tryLock(0, TimeUnit.SECONDS)).isTrue());
    }

    @Test
    @DisplayName("HLD-12, ERR-4 a key or options that make no sense are refused when the view is made, before any I/O")
    void refusesAtOnce() {
        assertThat(codeOf(() -> guard.asReentrantLock(""))).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        assertThat(codeOf(() -> guard.asReentrantLock("key", null))).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        LockOptions limited = LockOptions.defaults().withTimeout(Duration.ofSeconds(1));
        assertThatThrownBy(() -> guard.asReentrantLock("key", limited)).hasMessageContaining("asReentrantLock ignores");

        assertThat(backend.calls).isEmpty();
    }

    @Test
    @DisplayName("HLD-12 a thread locks again by every way without asking the server, and the last unlock releases")
    void counts() throws Throwable {
        for (ThrowingCallable outer : everyWayToLock(view)) {
            long acquires = backend.count("acquire");
            long releases = backend.count("release");
            assertThat(view.holdCount()).isZero();
            outer.call();
            for (ThrowingCallable inner : everyWayToLock(view)) {
                inner.call();
            }
            assertThat(view.holdCount()).isEqualTo(6);
            for (int left = 5; left > 0; left--) {
                view.unlock();
                assertThat(view.holdCount()).isEqualTo(left);
                assertThat(view.isHeldByCurrentThread()).isTrue();
            }
            assertThat(backend.count("acquire")).isEqualTo(acquires + 1);
            assertThat(backend.count("release")).isEqualTo(releases);

            view.unlock();

            assertThat(backend.count("release")).isEqualTo(releases + 1);
            assertThat(view.isHeldByCurrentThread()).isFalse();
            assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
            assertThat(backend.count("release")).isEqualTo(releases + 1);
        }
    }

    @Test
    @DisplayName("HLD-12 all reentrant views of a key are one lock, whatever their options")
    void viewsAreAlike() {
        ReentrantKeyLock other = guard.asReentrantLock(
                "secret-key",
                LockOptions.defaults().withTtl(Duration.ofSeconds(9)).withName("job"));
        other.lock();
        view.lock();
        assertThat(view.holdCount()).isEqualTo(2);
        assertThat(other.holdCount()).isEqualTo(2);
        assertThat(view.heldLock()).isSameAs(other.heldLock());
        assertThat(view.heldLock().name()).contains("job");
        assertThat(guard.asReentrantLock("other-key").isHeldByCurrentThread()).isFalse();

        other.unlock();
        assertThat(backend.count("release")).isZero();
        guard.asReentrantLock("secret-key").unlock();

        assertThat(backend.count("acquire")).isEqualTo(1);
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("HLD-12 another thread has nothing: it asks the server, may not unlock, and sees no held lock")
    void otherThreads() throws InterruptedException {
        view.lock();
        view.lock();
        backend.otherwise = Contended::unknown;

        assertThat(onOtherThread(() -> {
                    assertThat(view.isHeldByCurrentThread()).isFalse();
                    assertThat(view.holdCount()).isZero();
                    assertThat(view.tryLock()).isFalse();
                    assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
                    assertThatThrownBy(view::heldLock).isInstanceOf(IllegalMonitorStateException.class);
                }))
                .isNull();

        assertThat(backend.count("acquire")).isEqualTo(2);
        assertThat(backend.count("release")).isZero();
        assertThat(view.holdCount()).isEqualTo(2);
    }

    @Test
    @DisplayName("HLD-11, HLD-12 neither locks again what the thread has in another way, in either direction")
    void otherWays() {
        guard.run("secret-key", () -> refused(view::lock, view::tryLock, () -> view.tryLock(1, TimeUnit.HOURS)));
        Lock plain = guard.asLock("secret-key");
        plain.lock();
        refused(view::lock);
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        plain.unlock();

        view.lock();
        refused(plain::lock, plain::tryLock, () -> guard.run("secret-key", () -> {}), () -> guard.acquire("secret-key")
                .close());
        assertThatThrownBy(plain::unlock).isInstanceOf(IllegalMonitorStateException.class);
        view.unlock();

        assertThat(backend.count("acquire")).isEqualTo(3);
        assertThat(backend.count("release")).isEqualTo(3);
    }

    private void refused(ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            InvalidArgumentException e = catchThrowableOfType(InvalidArgumentException.class, call);
            assertThat(e).hasMessageContaining("asReentrantLock").hasMessageNotContaining("secret-key");
        }
    }

    @Test
    @DisplayName("HLD-12 the held lock has the fence of this acquisition, and may be used by other threads")
    void heldLock() throws InterruptedException {
        assertThatThrownBy(view::heldLock).isInstanceOf(IllegalMonitorStateException.class);
        view.lock();
        HeldLock held = view.heldLock();
        view.lock();

        assertThat(view.heldLock()).isSameAs(held);
        assertThat(held.isHeld()).isTrue();
        assertThat(held.fence().value()).isPositive();
        assertThat(onOtherThread(
                        () -> assertThat(held.extend(Duration.ofMinutes(1))).isTrue()))
                .isNull();
    }

    @Test
    @DisplayName("HLD-12 a lost lock is not locked again, by any way, and is lost to the last unlock alone")
    void lost() {
        backend.extensions.add(ExtendResult.Absent::new);
        ReentrantKeyLock brief =
                guard.asReentrantLock("secret-key", LockOptions.defaults().withTtl(Duration.ofSeconds(1)));
        brief.lock();
        brief.lock();
        HeldLock lost = brief.heldLock();
        Await.until("the beat that finds it gone", () -> !lost.isHeld());

        for (ThrowingCallable again : everyWayToLock(view)) {
            LockException e = catchThrowableOfType(LockLostException.class, again);
            assertThat(e)
                    .hasMessageContaining("cannot be locked again")
                    .hasMessageContaining(LockKey.of("secret-key").fingerprint())
                    .hasMessageNotContaining("secret-key");
        }

        assertThat(backend.count("acquire")).as("nothing is asked for").isEqualTo(1);
        assertThat(view.holdCount()).as("what is due stays due").isEqualTo(2);
        assertThat(view.isHeldByCurrentThread()).isTrue();
        view.unlock();
        assertThat(codeOf(view::unlock)).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        view.lock();
        view.unlock();
        assertThat(backend.count("acquire")).isEqualTo(2);
    }

    @Test
    @DisplayName("HLD-12 the last unlock finds the lock gone that nothing had told of, and says so")
    void foundGone() {
        backend.releases.add(() -> ReleaseResult.ABSENT);
        view.lock();
        view.lock();
        view.unlock();

        assertThat(codeOf(view::unlock)).isEqualTo(LockErrorCode.LOCK_LOST);

        assertThat(view.isHeldByCurrentThread()).isFalse();
    }

    @Test
    @DisplayName("HLD-12 what the handle released is not locked again either, and unlocking is quiet")
    void releasedByHandle() {
        view.lock();
        assertThat(view.heldLock().release()).isTrue();

        assertThat(codeOf(view::lock)).isEqualTo(LockErrorCode.LOCK_LOST);
        view.unlock();

        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(view.holdCount()).isZero();
    }

    @Test
    @DisplayName(
            "HLD-12 an interrupt that is pending ends lockInterruptibly() and tryLock(time, unit), and no other way,"
                    + " also to lock again")
    void interrupts() {
        for (int locked = 0; locked < 2; locked++) {
            for (ThrowingCallable interruptible :
                    List.<ThrowingCallable>of(view::lockInterruptibly, () -> view.tryLock(1, TimeUnit.HOURS))) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(interruptible).isInstanceOf(InterruptedException.class);
                assertThat(Thread.interrupted()).as("used up").isFalse();
                assertThat(view.holdCount()).isEqualTo(locked);
            }
            Thread.currentThread().interrupt();
            view.lock();
            assertThat(view.tryLock()).isTrue();
            view.unlock();
            assertThat(Thread.interrupted()).as("still pending").isTrue();
        }
        view.unlock();
        view.unlock();
        assertThat(backend.count("acquire")).isEqualTo(1);
    }

    @Test
    @DisplayName("HLD-12 a failure of the system ends every way to lock at once, and nothing is locked")
    void systemFails() {
        for (ThrowingCallable locking : everyWayToLock(view)) {
            backend.acquires.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

            assertThat(codeOf(locking)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);

            assertThat(view.holdCount()).isZero();
        }
    }

    @Test
    @DisplayName(
            "HLD-12 a thread that ends without unlocking leaves the lock to the heartbeat, and to the close of the guard")
    void threadEnds() throws InterruptedException {
        assertThat(onOtherThread(view::lock)).isNull();
        assertThat(view.isHeldByCurrentThread()).isFalse();
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThat(((BlockingGuard) guard).heldLocks()).isEqualTo(1);
        assertThat(backend.count("release")).isZero();

        guard.close();

        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("HLD-12 nothing is kept of a million keys")
    void millionKeys() {
        List<WeakReference<Lock>> views = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            ReentrantKeyLock lock = guard.asReentrantLock("key:" + i);
            if (i % 1_000 == 0) {
                lock.lock();
                lock.lock();
                lock.unlock();
                lock.unlock();
                views.add(new WeakReference<>(lock));
            }
        }

        assertThat(((BlockingGuard) guard).heldLocks()).isZero();
        Await.until("all views are gone", () -> {
            System.gc();
            return views.stream().map(WeakReference::get).noneMatch(Objects::nonNull);
        });
    }

    @Test
    @DisplayName("HLD-12 there are no conditions; KEY-8 no raw key is shown")
    void rest() {
        assertThatThrownBy(view::newCondition).isInstanceOf(UnsupportedOperationException.class);
        assertThat(view.toString())
                .contains(LockKey.of("secret-key").fingerprint())
                .doesNotContain("secret-key");
    }
}
