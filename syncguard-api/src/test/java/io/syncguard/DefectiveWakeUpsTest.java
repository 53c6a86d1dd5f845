package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult.Contended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wake-ups that throw where they must not: the call that meets that fails, and everybody else is served. */
@ParameterizedClass
@EnumSource(Way.class)
@ExtendWith(SilentLog.class)
@Timeout(180)
class DefectiveWakeUpsTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(10)).withMaxRetries(Integer.MAX_VALUE);

    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final StubbedWakeUps wakeUps = new StubbedWakeUps();
    private final List<Waiter> waiters = new ArrayList<>();
    private SyncGuard guard;

    @BeforeEach
    void everybodyWaits() {
        backend.otherwise = Contended::unknown;
        backend.wakeUps = wakeUps;
        guard = SyncGuard.using(backend);
    }

    @AfterEach
    void close() throws Exception {
        guard.close();
        for (Waiter waiter : waiters) {
            waiter.outcome();
        }
    }

    /** A caller that acquires the lock, on a thread of its own. */
    private final class Waiter {
        private volatile CompletableFuture<AsyncHeldLock> future;
        private final FutureTask<Object> task = new FutureTask<>(this::acquire);
        private final Thread thread = new Thread(task);

        Waiter() {
            waiters.add(this);
            thread.setDaemon(true);
            thread.start();
        }

        private Object acquire() {
            try {
                if (way == Way.BLOCKING) {
                    return guard.acquire("k", PATIENT);
                }
                future = guard.async().acquire("k", PATIENT);
                return Way.joined(future);
            } catch (LockException e) {
                return e;
            }
        }

        Waiter awaitJoined() {
            Await.until(
                    "it has joined the queue",
                    () -> way == Way.ASYNC ? future != null : thread.getState() == Thread.State.TIMED_WAITING);
            return this;
        }

        Object outcome() throws Exception {
            return task.get(20, TimeUnit.SECONDS);
        }

        void hasTheLock() throws Exception {
            assertThat(outcome()).isInstanceOfSatisfying(LockHandle.class, lock -> assertThat(lock.isHeld())
                    .isTrue());
        }

        void hasFailed() throws Exception {
            assertThat(outcome()).isInstanceOfSatisfying(LockException.class, e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
                assertThat(e).hasRootCauseMessage("scripted");
            });
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static IllegalStateException scripted() {
        return new IllegalStateException("scripted");
    }

    /** Returns code that throws when it is run for the n-th time. */
    private static Runnable throwing(int when) {
        AtomicInteger times = new AtomicInteger();
        return () -> {
            if (times.incrementAndGet() == when) {
                throw scripted();
            }
        };
    }

    private static Supplier<Duration> zeroUnlessThrowing(int when) {
        Runnable throwing = throwing(when);
        return () -> {
            throwing.run();
            return Duration.ZERO;
        };
    }

    private enum Defect {
        ENTERING(wakeUps -> wakeUps.entering = throwing(1)),
        HOLDING_BACK_BEFORE_JOINING(wakeUps -> wakeUps.holdBack = zeroUnlessThrowing(1)),
        HOLDING_BACK_IN_THE_PLACE(wakeUps -> wakeUps.holdBack = zeroUnlessThrowing(2)),
        STANDING_ASIDE(wakeUps -> wakeUps.standAside = zeroUnlessThrowing(1));

        private final Consumer<StubbedWakeUps> cause;

        Defect(Consumer<StubbedWakeUps> cause) {
            this.cause = cause;
        }
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    @DisplayName(
            "OPT-4, WAI-6 an acquire that meets a defect fails with INTERNAL, the next is served, and closing waits for none")
    void theCallFails(Defect defect) throws Exception {
        Duration fastest = Duration.ofHours(1);
        // Closing waits a second for an attempt that does not end. On a busy machine it may take as long by itself.
        for (int i = 0; i < 5 && fastest.compareTo(Duration.ofMillis(900)) > 0; i++) {
            defect.cause.accept(wakeUps);
            new Waiter().hasFailed();
            wakeUps.grants.set(1);
            new Waiter().hasTheLock();

            long start = System.nanoTime();
            guard.close();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
            guard = SyncGuard.using(backend);
        }
        assertThat(fastest).isLessThanOrEqualTo(Duration.ofMillis(900));
        assertThat(wakeUps.closed).as("places closed").hasValue(wakeUps.entered.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("WAI-6 a waiter behind one whose place cannot be entered is served once a place can be entered again")
    void enterThrowsWithAWaiterBehind(int times) throws Exception {
        CountDownLatch entering = new CountDownLatch(1);
        CountDownLatch joined = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        wakeUps.entering = () -> {
            entering.countDown();
            awaitQuietly(joined);
            if (calls.incrementAndGet() <= times) {
                throw scripted();
            }
        };
        Waiter first = new Waiter();
        entering.await();
        Waiter behind = new Waiter().awaitJoined();
        wakeUps.grants.set(1);

        joined.countDown();

        first.hasFailed();
        behind.hasTheLock();
    }

    @Test
    @DisplayName("WAI-6 a waiter has the lock that it was granted, though its place throws on being closed")
    void closeThrows() throws Exception {
        wakeUps.closing = throwing(1);
        wakeUps.grants.set(1);

        new Waiter().hasTheLock();

        assertThat(wakeUps.closed).hasValue(1);
        wakeUps.grants.set(1);
        new Waiter().hasTheLock();
        assertThat(wakeUps.closed).hasValue(2);
    }

    @Test
    @DisplayName("WAI-6 a waiter that joins while a place is closed, which throws, has a place and is served")
    void closeThrowsWithAWaiterBehind() throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch joined = new CountDownLatch(1);
        wakeUps.closing = () -> {
            wakeUps.closing = () -> {};
            closing.countDown();
            awaitQuietly(joined);
            throw scripted();
        };
        wakeUps.grants.set(1);
        Waiter first = new Waiter();
        closing.await();
        Waiter behind = new Waiter().awaitJoined();

        joined.countDown();

        first.hasTheLock();
        wakeUps.grants.set(1);
        behind.hasTheLock();
    }

    @Test
    @DisplayName(
            "WAI-1, WAI-7 a defect that the attempt of a woken waiter meets harms neither the thread that wakes it nor the next")
    void defectWhereWoken() throws Exception {
        wakeUps.triesWhereWoken = true;
        Waiter first = new Waiter().awaitJoined();
        Await.until("it has tried in its place", () -> wakeUps.attempts.get() > 0);
        Waiter behind = new Waiter().awaitJoined();
        wakeUps.holdBack = zeroUnlessThrowing(1);
        Await.until("it is woken while it waits", () -> {
            wakeUps.wake.run();
            return first.task.isDone();
        });
        first.hasFailed();

        wakeUps.grants.set(1);
        behind.hasTheLock();
    }
}
