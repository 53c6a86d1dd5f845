package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A holder is told of a loss once, whenever it asks to be told, and never of a lock that it released. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(180)
class ToldOnceTest {
    @Parameter
    Way way;

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    @DisplayName("HLD-4 a holder that asks to be told in the moment in which the loss is found is told, and once")
    void asksWhenTheLossIsFound() throws InterruptedException {
        int rounds = 2_000;
        backend.otherwiseExtend = ExtendResult.Absent::new;
        SynchronousQueue<LockHandle> locks = new SynchronousQueue<>();
        AtomicBoolean extending = new AtomicBoolean();
        Thread extender = new Thread(() -> {
            try {
                for (int i = 0; i < rounds; i++) {
                    LockHandle lock = locks.take();
                    extending.set(true);
                    assertThat(way.extend(lock, Duration.ofHours(1))).isFalse();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        extender.setDaemon(true);
        extender.start();
        List<AtomicInteger> told = new ArrayList<>();
        List<CompletionStage<Void>> stages = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            LockHandle lock = way.tryAcquire(guard, "k", Duration.ofHours(1)).orElseThrow();
            AtomicInteger count = new AtomicInteger();
            told.add(count);
            extending.set(false);
            locks.put(lock);
            while (!extending.get()) {
                Thread.onSpinWait();
            }
            for (int spins = i % 200; spins > 0; spins--) {
                Thread.onSpinWait();
            }

            lock.onLost(count::incrementAndGet);
            stages.add(lock.lost());
        }
        extender.join();

        Await.until("all are told", () -> told.stream().allMatch(count -> count.get() > 0));
        Await.until("all stages are complete", () -> stages.stream()
                .allMatch(stage -> stage.toCompletableFuture().isDone()));
        assertThat(told).allSatisfy(count -> assertThat(count).hasValue(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "HLD-4, HLD-3 after a release that did nothing the lock is renewed no more, and its holder is told at the deadline")
    void releaseThatFailed(boolean heartbeat) {
        LockOptions options = LockOptions.defaults().withTtl(Duration.ofMillis(500));
        LockHandle lock = way.acquire(guard, "k", heartbeat ? options.withHeartbeat() : options);
        AtomicInteger told = new AtomicInteger();
        lock.onLost(told::incrementAndGet);
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

        LockException e = catchThrowableOfType(LockException.class, () -> {
            boolean unused = way.release(lock);
        });
        long beats = backend.count("extend");

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        Await.until("it is told", () -> told.get() > 0);
        Await.until(
                "its stage is complete", () -> lock.lost().toCompletableFuture().isDone());
        assertThat(lock.isHeld()).isFalse();
        assertThat(told).hasValue(1);
        assertThat(backend.count("extend")).isEqualTo(beats);
    }

    @Test
    @DisplayName(
            "HLD-4 no notice begins after a release that found the lock, not for a callback that is registered only then")
    void registeredAfterTheRelease() {
        LockHandle lock = way.acquire(guard, "k", LockOptions.defaults().withTtl(Duration.ofMillis(60)));
        AtomicInteger told = new AtomicInteger();
        lock.onLost(told::incrementAndGet);
        Await.until("it is told", () -> told.get() == 1);
        AtomicInteger toldLate = new AtomicInteger();
        lock.onLost(toldLate::incrementAndGet);
        Await.until("it is told too", () -> toldLate.get() == 1);

        assertThat(way.release(lock)).isTrue();
        lock.onLost(toldLate::incrementAndGet);

        guard.close();
        Await.untilNoThreadIsLeft();
        assertThat(toldLate).hasValue(1);
        assertThat(told).hasValue(1);
    }

    @Test
    @DisplayName(
            "HLD-4, OPT-6 a callback for a lock that is lost already may block: it is not called on the caller's thread")
    void registeredAfterTheLoss() {
        LockHandle lock = way.acquire(guard, "k", LockOptions.defaults().withTtl(Duration.ofMillis(60)));
        Await.until("it is lost", () -> lock.lost().toCompletableFuture().isDone());
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Thread> called = new AtomicReference<>();

        lock.onLost(() -> {
            called.set(Thread.currentThread());
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        goOn.countDown();
        Await.until("it is called", () -> called.get() != null);
        assertThat(called.get()).isNotSameAs(Thread.currentThread());
    }

    @Test
    @DisplayName("HLD-4 asking a million times for the stage of a loss leaves nothing behind")
    void asksAMillionTimes() {
        LockHandle lock = way.acquire(guard, "k", LockOptions.defaults());
        CompletionStage<Void> stage = lock.lost();
        long before = usedBytes();

        for (int i = 0; i < 1_000_000; i++) {
            stage = lock.lost();
        }

        assertThat(usedBytes() - before).as("bytes kept").isLessThan(16L << 20);
        guard.close();
        CompletionStage<Void> last = stage;
        Await.until("it is told", () -> last.toCompletableFuture().isDone());
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
