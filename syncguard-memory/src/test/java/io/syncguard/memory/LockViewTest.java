package io.syncguard.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockOptions;
import io.syncguard.ReentrantKeyLock;
import io.syncguard.SyncGuard;
import io.syncguard.spi.DaemonThreads;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A guard's lock as the JDK's {@link Lock}, on a backend that really locks. */
@Timeout(180)
class LockViewTest {
    private static final int THREADS = 16;
    private static final int TIMES_EACH = 200;

    private final MemoryStore store = new MemoryStore();

    /** What is not safe to count with, unless one thread at a time does. */
    private int count;

    private SyncGuard guard() {
        return SyncGuard.using(MemoryLockBackend.on(store));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("HLD-9 many threads count under it, through one view or one each, and no count is lost")
    void counts(boolean shared) throws InterruptedException {
        try (SyncGuard guard = guard()) {
            countOn(guard, shared, work -> new Thread(work).start());
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads are there from JDK 21 on")
    @DisplayName("HLD-9 virtual threads too")
    void countsOnVirtualThreads() throws InterruptedException {
        try (SyncGuard guard = guard()) {
            countOn(guard, true, DaemonThreads.virtual("counter").orElseThrow());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "HLD-12 no count is lost under reentrant views that are locked twice, on threads and on virtual threads if there are any")
    void countsReentrantly(boolean virtual) throws InterruptedException {
        Executor platform = work -> new Thread(work).start();
        Executor threads = virtual && DaemonThreads.virtual("counter").isPresent()
                ? DaemonThreads.virtual("counter").get()
                : platform;
        try (SyncGuard guard = guard()) {
            countOn(guard, () -> new Twice(guard.asReentrantLock("counter")), threads);
        }
    }

    /** Locks a reentrant view two times for each time. */
    private static final class Twice extends ReentrantLock {
        private final transient ReentrantKeyLock view;

        Twice(ReentrantKeyLock view) {
            this.view = view;
        }

        @Override
        public void lock() {
            view.lock();
            view.lock();
        }

        @Override
        public void unlock() {
            view.unlock();
            view.unlock();
        }
    }

    private void countOn(SyncGuard guard, boolean shared, Executor threads) throws InterruptedException {
        Lock one = guard.asLock("counter");
        countOn(guard, () -> shared ? one : guard.asLock("counter"), threads);
    }

    private void countOn(SyncGuard guard, Supplier<Lock> locks, Executor threads) throws InterruptedException {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch ready = new CountDownLatch(THREADS);
        CountDownLatch done = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            threads.execute(() -> {
                ready.countDown();
                try {
                    ready.await();
                    countUnder(locks.get());
                } catch (InterruptedException | RuntimeException e) {
                    failures.add(e);
                }
                done.countDown();
            });
        }

        assertThat(done.await(150, TimeUnit.SECONDS)).as("all have counted").isTrue();

        assertThat(failures).isEmpty();
        assertThat(count).isEqualTo(THREADS * TIMES_EACH);
        assertThat(guard.isLocked("counter")).isFalse();
    }

    private void countUnder(Lock lock) {
        for (int i = 0; i < TIMES_EACH; i++) {
            lock.lock();
            try {
                int before = count;
                LockSupport.parkNanos(1);
                count = before + 1;
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    @DisplayName("HLD-9 it is held for longer than its ttl, and others find it taken")
    void outlivesTtl() {
        try (SyncGuard guard = guard();
                SyncGuard other = guard()) {
            // Long enough that a stall of some seconds does not end it.
            LockOptions brief = LockOptions.defaults().withTtl(Duration.ofSeconds(6));
            Lock lock = guard.asLock("job", brief.withHeartbeat());
            lock.lock();
            try {
                guard.asLock("without a heartbeat", brief.withoutHeartbeat()).lock();
                Await.until("a later lock of the ttl has ended", () -> !other.isLocked("without a heartbeat"));

                assertThat(other.asLock("job").tryLock()).isFalse();
            } finally {
                lock.unlock();
            }
            assertThat(other.asLock("job").tryLock()).isTrue();
        }
    }
}
