package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.syncguard.internal.lease.LeaseServices;
import io.syncguard.internal.observe.EventDispatcher;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.GuardClock;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A moment in which the machine can start no thread delays what a guard does, and makes it forget nothing. */
@Timeout(180)
class ThreadShortageTest {
    private static final int SHORTAGES = 3;

    /** Lets a pool fail to start threads for a while, as it does on a machine that has no more of them. */
    private static AtomicInteger withoutThreads(Object owner, String field) throws ReflectiveOperationException {
        Field declared = owner.getClass().getDeclaredField(field);
        declared.setAccessible(true);
        AtomicInteger failures = new AtomicInteger();
        ((ThreadPoolExecutor) declared.get(owner)).setThreadFactory(work -> {
            if (failures.incrementAndGet() <= SHORTAGES) {
                throw new OutOfMemoryError("unable to create native thread: of the test");
            }
            return DaemonThreads.unstarted("syncguard-test", work);
        });
        return failures;
    }

    private static Object timerOf(GuardThreads threads) throws ReflectiveOperationException {
        return field(threads, "timer");
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field declared = owner.getClass().getDeclaredField(name);
        declared.setAccessible(true);
        return declared.get(owner);
    }

    private static GuardThreads threadsOf(SyncGuard guard) throws ReflectiveOperationException {
        return ((LeaseServices) field(field(guard, "open"), "leases")).threads();
    }

    @Test
    @DisplayName(
            "OPT-6 a timer that gets no thread throws nothing, and later runs what was scheduled and not cancelled")
    void timerWithoutThread() throws ReflectiveOperationException {
        try (GuardThreads threads = new GuardThreads(null, GuardClock.machine())) {
            AtomicInteger failures = withoutThreads(timerOf(threads), "executor");
            AtomicInteger runs = new AtomicInteger();
            List<Future<?>> handles = new ArrayList<>();

            for (int i = 0; i < SHORTAGES; i++) {
                assertThatCode(() -> handles.add(threads.onTimer(0, runs::incrementAndGet)))
                        .doesNotThrowAnyException();
            }
            assertThat(handles).doesNotContainNull();
            handles.get(0).cancel(false);
            CountDownLatch next = new CountDownLatch(1);
            threads.onTimer(0, next::countDown);

            Await.until("the next task is run", () -> next.getCount() == 0);
            assertThat(runs).hasValue(SHORTAGES - 1);
            assertThat(failures).hasValue(SHORTAGES + 1);
        }
    }

    @Test
    @DisplayName(
            "HLD-1, ACQ-4 a lock that is granted while the timer gets no thread is handed out, and renewed once it has one")
    void grantedWithoutThread() throws ReflectiveOperationException {
        ScriptedBackend backend = new ScriptedBackend();
        try (SyncGuard guard = SyncGuard.using(backend)) {
            withoutThreads(timerOf(threadsOf(guard)), "executor");
            List<HeldLock> locks = new ArrayList<>();
            LockOptions beating =
                    LockOptions.defaults().withTtl(Duration.ofSeconds(6)).withHeartbeat();

            for (int i = 0; i <= SHORTAGES; i++) {
                assertThatCode(() -> locks.add(guard.acquire("k", beating))).doesNotThrowAnyException();
            }

            Await.until(
                    "each is renewed", () -> locks.stream().allMatch(lock -> backend.count("extend", lock.id()) > 0));
            locks.forEach(HeldLock::close);
        }
    }

    @Test
    @DisplayName("OPT-3 closing a guard releases its locks and throws nothing while the timer gets no thread")
    void closedWithoutThread() throws ReflectiveOperationException {
        ScriptedBackend backend = new ScriptedBackend();
        SyncGuard guard = SyncGuard.using(backend);
        HeldLock unused = guard.acquire("k");
        AtomicInteger failures = withoutThreads(timerOf(threadsOf(guard)), "executor");

        assertThatCode(guard::close).doesNotThrowAnyException();

        assertThat(failures).hasPositiveValue();
        assertThat(backend.count("release")).isEqualTo(1);
        assertThat(backend.count("close")).isEqualTo(1);
    }

    private enum Hand {
        RUN(GuardThreads::run),
        AFTER((threads, task) -> threads.after(1, task)),
        DELIVER(GuardThreads::deliver);

        private final BiConsumer<GuardThreads, Runnable> hand;

        Hand(BiConsumer<GuardThreads, Runnable> hand) {
            this.hand = hand;
        }
    }

    @ParameterizedTest
    @EnumSource(Hand.class)
    @DisplayName("OPT-6 what no thread can be started for is run once there is one, and once only")
    void taskIsRunLater(Hand kind) throws ReflectiveOperationException {
        try (GuardThreads threads = new GuardThreads(null, GuardClock.machine())) {
            AtomicInteger failures = withoutThreads(threads, kind == Hand.DELIVER ? "callbacks" : "workers");
            AtomicInteger runs = new AtomicInteger();

            // JUnit itself ends when it meets an OutOfMemoryError.
            assertThatCode(() -> kind.hand.accept(threads, runs::incrementAndGet))
                    .doesNotThrowAnyException();

            Await.until("it is run", () -> runs.get() > 0);
            assertThat(failures).hasValue(SHORTAGES + 1);
            CountDownLatch next = new CountDownLatch(1);
            kind.hand.accept(threads, next::countDown);
            Await.until("the next task is run", () -> next.getCount() == 0);
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    @DisplayName("TEL-2 events that no thread can be started for are dropped and counted, and harm no operation")
    void eventIsCounted() throws ReflectiveOperationException {
        AtomicLong dropped = new AtomicLong();
        try (EventDispatcher events = new EventDispatcher(
                new LockListener() {
                    @Override
                    public void eventsDropped(long count) {
                        dropped.addAndGet(count);
                    }
                },
                List.of(),
                false)) {
            AtomicInteger failures = withoutThreads(events, "thread");
            AtomicInteger heard = new AtomicInteger();

            for (int i = 0; i <= SHORTAGES; i++) {
                assertThatCode(() -> events.tell(listener -> heard.incrementAndGet()))
                        .doesNotThrowAnyException();
            }

            Await.until("the last one is heard", () -> heard.get() == 1);
            assertThat(dropped).hasValue(SHORTAGES);
            assertThat(failures).hasValue(SHORTAGES + 1);
        }
    }
}
