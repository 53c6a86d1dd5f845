package io.syncguard.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.syncguard.BackendUnavailableException;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockKey;
import io.syncguard.LockLostException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.memory.TestLocks;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/** Spring Integration's locks on a SyncGuard, with time and failures in the test's hand. Each guard stands for a process. */
@Timeout(120)
// What is locked without a finally is what is tested here.
@SuppressWarnings("LockNotBeforeTry")
class SyncGuardLockRegistryTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final LockOptions PLAIN = LockOptions.defaults().withoutHeartbeat();

    private final TestLocks locks = TestLocks.create();
    private final SyncGuard guard = locks.guard();
    private final SyncGuard guardElsewhere = locks.guard();
    private final SyncGuardLockRegistry registry = new SyncGuardLockRegistry(guard, "orders");
    private final SyncGuardLockRegistry elsewhere = new SyncGuardLockRegistry(guardElsewhere, "orders");

    @AfterEach
    void close() {
        Thread.interrupted();
        guard.close();
        guardElsewhere.close();
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

    private boolean isFreeElsewhere(String name) {
        boolean free = elsewhere.obtain(name).tryLock();
        if (free) {
            elsewhere.obtain(name).unlock();
        }
        return free;
    }

    @Test
    @DisplayName("a key has one lock object, another key another one, and the registry key is part of the key")
    void obtains() {
        DistributedLock lock = registry.obtain("42");
        assertThat(registry.obtain("42")).isSameAs(lock);
        assertThat(registry.obtain("43")).isNotSameAs(lock);
        lock.lock();
        assertThat(guardElsewhere.isLocked("orders:42")).isTrue();
        assertThat(new SyncGuardLockRegistry(guardElsewhere).obtain("orders:42").tryLock())
                .isFalse();
        lock.unlock();
        assertThat(guardElsewhere.isLocked("orders:42")).isFalse();
    }

    @Test
    @DisplayName("keys that are no text and registries that make no sense are refused, and the message says why")
    void badArguments() {
        assertThatThrownBy(() -> registry.obtain(42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Integer");
        for (Object bad : new Object[] {"", "a\ud800", null}) {
            assertThatThrownBy(() -> registry.obtain(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new SyncGuardLockRegistry(guard, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry key");
        assertThatThrownBy(() ->
                        new SyncGuardLockRegistry(guard, LockOptions.defaults().withTimeout(TTL)))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> registry.obtain("42").lock(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("HLD-12 a thread locks again by every way, and the last unlock frees the key")
    void reentrant() throws InterruptedException {
        DistributedLock lock = registry.obtain("42");
        lock.lock();
        lock.lockInterruptibly();
        assertThat(lock.tryLock()).isTrue();
        assertThat(lock.tryLock(1, TimeUnit.SECONDS)).isTrue();
        lock.lock(Duration.ofSeconds(5));
        assertThat(lock.tryLock(Duration.ZERO, Duration.ofSeconds(5))).isTrue();
        assertThat(registry.obtain("42").holdCount()).isEqualTo(6);
        for (int i = 0; i < 5; i++) {
            lock.unlock();
            assertThat(isFreeElsewhere("42")).isFalse();
        }
        lock.unlock();
        assertThat(isFreeElsewhere("42")).isTrue();
    }

    @Test
    @DisplayName("another thread waits for it and may not unlock it")
    void otherThread() throws InterruptedException {
        DistributedLock lock = registry.obtain("42");
        lock.lock();
        assertThat(onOtherThread(() ->
                        assertThat(lock.tryLock(50, TimeUnit.MILLISECONDS)).isFalse()))
                .isNull();
        assertThat(onOtherThread(lock::unlock))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(LockKey.of("orders:42").fingerprint())
                .hasMessageNotContaining("orders:42");
        AtomicInteger got = new AtomicInteger();
        Thread waiter = new Thread(() -> {
            lock.lock();
            got.incrementAndGet();
            lock.unlock();
        });
        waiter.start();
        Await.until(
                "it waits",
                () -> waiter.getState() == Thread.State.WAITING || waiter.getState() == Thread.State.TIMED_WAITING);
        assertThat(got).hasValue(0);

        lock.unlock();

        waiter.join(60_000);
        assertThat(got).hasValue(1);
    }

    @Test
    @DisplayName("many threads of two processes count under it, and no count is lost")
    void excludes() throws InterruptedException {
        int[] count = {0};
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Lock lock = (i % 2 == 0 ? registry : elsewhere).obtain("counter");
            threads.add(new Thread(() -> {
                for (int n = 0; n < 50; n++) {
                    lock.lock();
                    try {
                        int before = count[0];
                        Thread.yield();
                        count[0] = before + 1;
                    } finally {
                        lock.unlock();
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(60_000);
        }
        assertThat(count[0]).isEqualTo(400);
    }

    @Test
    @DisplayName("a lock is renewed while it is held, and without a heartbeat ends a second after its ttl")
    void renewedOrNot() {
        DistributedLock renewed = registry.obtain("42");
        DistributedLock plain = new SyncGuardLockRegistry(guard, "orders", PLAIN).obtain("43");
        renewed.lock();
        plain.lock();

        locks.advance(TTL, Duration.ofSeconds(5));
        assertThat(isFreeElsewhere("43")).isFalse();
        locks.advance(Duration.ofSeconds(1));
        assertThat(isFreeElsewhere("43")).isTrue();
        locks.advance(Duration.ofMinutes(10), Duration.ofSeconds(5));

        assertThat(isFreeElsewhere("42")).isFalse();
        renewed.unlock();
        assertThat(isFreeElsewhere("42")).isTrue();
    }

    @Test
    @DisplayName(
            "unlocking what had ended is a ConcurrentModificationException, leaves the next holder alone, and nothing locked")
    void unlockAfterEnd() {
        DistributedLock lock = new SyncGuardLockRegistry(guard, "orders", PLAIN).obtain("42");
        lock.lock();
        locks.advance(TTL.plusSeconds(1));
        assertThat(elsewhere.obtain("42").tryLock()).isTrue();

        assertThatThrownBy(lock::unlock)
                .isInstanceOf(ConcurrentModificationException.class)
                .hasCauseInstanceOf(LockLostException.class);

        assertThat(lock.tryLock()).as("another process has it").isFalse();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalStateException.class);
        elsewhere.obtain("42").unlock();
        lock.lock();
        lock.unlock();
    }

    @Test
    @DisplayName("HLD-12 what was lost is not locked again silently, whether or not another process has it")
    void notLockedAgain() {
        DistributedLock lock = new SyncGuardLockRegistry(guard, "orders", PLAIN).obtain("42");
        lock.lock();
        locks.advance(TTL.plusSeconds(1));

        for (ThrowingCallable again : List.<ThrowingCallable>of(
                lock::lock,
                lock::tryLock,
                lock::lockInterruptibly,
                () -> lock.tryLock(1, TimeUnit.SECONDS),
                () -> lock.lock(TTL),
                () -> lock.tryLock(TTL, TTL))) {
            assertThatThrownBy(again)
                    .isInstanceOf(CannotAcquireLockException.class)
                    .hasCauseInstanceOf(LockLostException.class);
        }
        assertThat(elsewhere.obtain("42").tryLock()).isTrue();
        assertThat(registry.obtain("42").holdCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("a call's own ttl counts, and a thread that locks again with a longer one extends the lock")
    void ownTtl() throws InterruptedException {
        DistributedLock lock = new SyncGuardLockRegistry(guard, "orders", PLAIN).obtain("42");
        lock.lock(Duration.ofSeconds(5));
        assertThat(guardElsewhere.lookup("orders:42").orElseThrow().remaining())
                .isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(lock.tryLock(Duration.ZERO, Duration.ofSeconds(60))).isTrue();
        lock.lock(Duration.ofSeconds(5));

        locks.advance(Duration.ofSeconds(55));

        assertThat(isFreeElsewhere("42")).isFalse();
        lock.unlock();
        lock.unlock();
        lock.unlock();
        assertThat(lock.tryLock(Duration.ofSeconds(1), Duration.ofSeconds(5))).isTrue();
        locks.advance(Duration.ofSeconds(6));
        assertThat(isFreeElsewhere("42")).isTrue();
    }

    @Test
    @DisplayName("a lock that is lost when a thread locks again with a longer ttl is not locked again")
    void lostBeforeExtension() {
        ReentrantDistributedLock lock = new SyncGuardLockRegistry(guard, "orders", PLAIN).obtain("42");
        lock.lock();
        locks.loseLock("orders:42");

        assertThatThrownBy(() -> lock.lock(Duration.ofMinutes(5))).isInstanceOf(CannotAcquireLockException.class);
        assertThat(lock.holdCount()).isEqualTo(1);
        locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThatThrownBy(lock::lock).isInstanceOf(CannotAcquireLockException.class);
    }

    @Test
    @DisplayName("renewLock sets the remaining life, on the thread that has the lock and on no other")
    void renews() throws InterruptedException {
        SyncGuardLockRegistry plain = new SyncGuardLockRegistry(guard, "orders", PLAIN);
        assertThatThrownBy(() -> plain.renewLock("42")).isInstanceOf(IllegalStateException.class);
        plain.obtain("42").lock();
        locks.advance(Duration.ofSeconds(25));

        plain.renewLock("42");
        locks.advance(Duration.ofSeconds(25));
        assertThat(isFreeElsewhere("42")).isFalse();
        plain.renewLock("42", Duration.ofMinutes(5));
        locks.advance(Duration.ofMinutes(4));
        assertThat(isFreeElsewhere("42")).isFalse();
        assertThat(onOtherThread(() -> plain.renewLock("42"))).isInstanceOf(IllegalStateException.class);

        locks.advance(Duration.ofMinutes(2));
        assertThatThrownBy(() -> plain.renewLock("42"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lost");
    }

    @Test
    @DisplayName("a scheduler for renewal is accepted where locks are renewed anyway, and refused where they are not")
    void scheduler() {
        try (SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler()) {
            registry.setRenewalTaskScheduler(scheduler);
            assertThatThrownBy(() -> new SyncGuardLockRegistry(guard, PLAIN).setRenewalTaskScheduler(scheduler))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("withoutHeartbeat()");
        }
    }

    @Test
    @DisplayName(
            "a failure of the system is a CannotAcquireLockException, whose cause says which, and nothing is locked")
    void systemFails() {
        ReentrantDistributedLock lock = registry.obtain("42");
        for (ThrowingCallable locking : List.<ThrowingCallable>of(
                lock::lock,
                lock::tryLock,
                lock::lockInterruptibly,
                () -> lock.tryLock(1, TimeUnit.SECONDS),
                () -> lock.lock(TTL),
                () -> lock.tryLock(TTL, TTL))) {
            locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThatThrownBy(locking)
                    .isInstanceOf(CannotAcquireLockException.class)
                    .hasCauseInstanceOf(BackendUnavailableException.class)
                    .hasMessageNotContaining("orders:42");
        }
        assertThat(lock.isHeldByCurrentThread()).isFalse();
    }

    @Test
    @DisplayName("an interrupt ends a wait, and is used up by that")
    void interrupted() {
        assertThat(elsewhere.obtain("42").tryLock()).isTrue();
        DistributedLock lock = registry.obtain("42");
        for (ThrowingCallable waiting : List.<ThrowingCallable>of(
                lock::lockInterruptibly, () -> lock.tryLock(1, TimeUnit.HOURS), () -> lock.tryLock(TTL, TTL))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(waiting).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    @DisplayName("executeLocked works under the lock, and ends with a TimeoutException where another process has it")
    void executeLocked() throws Exception {
        assertThat(registry.<Boolean, RuntimeException>executeLocked("42", () -> isFreeElsewhere("42")))
                .isFalse();
        assertThat(isFreeElsewhere("42")).isTrue();
        elsewhere.obtain("42").lock();
        assertThatThrownBy(() -> registry.executeLocked("42", Duration.ofMillis(50), () -> {
                    throw new AssertionError("it works");
                }))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    @DisplayName("the held lock has the fencing token, which rises from holder to holder")
    void fences() {
        ReentrantDistributedLock lock = registry.obtain("42");
        lock.lock();
        HeldLock held = lock.heldLock();
        lock.unlock();
        elsewhere.obtain("42").lock();
        assertThat(elsewhere.obtain("42").heldLock().fence()).isGreaterThan(held.fence());
        assertThatThrownBy(() -> lock.heldLock().close()).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    @DisplayName("a million keys leave nothing, and a lock that nobody refers to stays locked")
    void millionKeys() {
        registry.obtain("locked").lock();
        DistributedLock kept = registry.obtain("kept");
        for (int i = 0; i < 1_000_000; i++) {
            registry.obtain("key:" + i);
        }

        Await.until("all but one are forgotten", () -> {
            System.gc();
            registry.expireUnusedOlderThan(0);
            return registry.size() == 1;
        });

        assertThat(registry.obtain("kept")).isSameAs(kept);
        assertThat(isFreeElsewhere("locked")).isFalse();
        registry.obtain("locked").unlock();
        assertThat(isFreeElsewhere("locked")).isTrue();
    }

    @Test
    @DisplayName(
            "a lock that was obtained before its guard was restarted, as frameworks do, works with the guard as it is then")
    void guardRestarted() {
        AtomicReference<SyncGuard> current = new AtomicReference<>(locks.guard());
        SyncGuard restartable = (SyncGuard) Proxy.newProxyInstance(
                SyncGuard.class.getClassLoader(),
                new Class<?>[] {SyncGuard.class},
                (self, method, arguments) -> method.invoke(current.get(), arguments));
        DistributedLock lock = new SyncGuardLockRegistry(restartable, "orders").obtain("42");
        lock.lock();
        current.get().close();
        assertThat(isFreeElsewhere("42")).isTrue();
        current.set(guard);

        lock.lock();

        assertThat(isFreeElsewhere("42")).isFalse();
        lock.unlock();
        assertThat(isFreeElsewhere("42")).isTrue();
    }

    @Test
    @DisplayName("there are no conditions; KEY-8 no raw key is shown")
    void rest() {
        assertThatThrownBy(() -> registry.obtain("42").newCondition())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(registry.obtain("42").toString()).doesNotContain("orders:42");
        assertThat(registry.toString()).contains("orders");
    }
}
