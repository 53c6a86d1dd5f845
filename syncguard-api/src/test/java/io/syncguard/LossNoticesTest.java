package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.syncguard.spi.ReleaseResult;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When and how holders are told that their locks are lost. */
@ParameterizedClass(name = "{0}, heartbeat {1}")
@MethodSource("ways")
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class LossNoticesTest {
    private static final int LOCKS = 100;
    private static final int TOGETHER = 8;

    @Parameter(0)
    Way way;

    @Parameter(1)
    boolean heartbeat;

    static Stream<Arguments> ways() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(arguments(way, false), arguments(way, true)));
    }

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    /** Holds up the callbacks of a test. */
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        guard.close();
    }

    private LockOptions options(Duration ttl) {
        LockOptions options = LockOptions.defaults().withTtl(ttl);
        return heartbeat ? options.withHeartbeat() : options;
    }

    /** Lets every extension fail, so that a heartbeat does not keep a lock. */
    private void failBeats() {
        backend.otherwiseExtend = failing(LockErrorCode.SERVICE_UNAVAILABLE, false);
    }

    private void block() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("HLD-4 each of a hundred holders is told about its deadline, though the callbacks of all others block")
    void manyAtOnce() {
        failBeats();
        Duration ttl = Duration.ofMillis(1_500);
        Queue<Long> lateMillis = new ConcurrentLinkedQueue<>();
        List<Thread> controls = new ArrayList<>();
        Queue<Long> controlMillis = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < LOCKS; i++) {
            LockHandle lock = way.acquire(guard, "k" + i, options(ttl));
            long deadline = System.nanoTime() + lock.remaining().toNanos();
            lock.onLost(() -> {
                lateMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - deadline));
                block();
            });
            Thread control = new Thread(() -> {
                Pause.until(deadline);
                Thread started = new Thread(
                        () -> controlMillis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - deadline)));
                started.setDaemon(true);
                started.start();
            });
            control.setDaemon(true);
            controls.add(control);
        }
        controls.forEach(Thread::start);

        Await.until("all are told", () -> lateMillis.size() == LOCKS);
        Await.until("the control has ended", () -> controlMillis.size() == LOCKS);

        long latestControl =
                controlMillis.stream().mapToLong(Long::longValue).max().orElseThrow();
        assertThat(lateMillis).allSatisfy(late -> assertThat(late)
                .as("ms after the deadline; a thread of the test's was " + latestControl + " ms late")
                .isBetween(-100L, 500 + 2 * latestControl));
    }

    @Test
    @DisplayName("HLD-4 the callbacks of one lock do not wait for each other, nor for the stages that depend on lost()")
    void eachByItself() {
        failBeats();
        LockHandle lock = way.acquire(guard, "k", options(Duration.ofMillis(300)));
        AtomicInteger told = new AtomicInteger();
        CompletableFuture<Void> stage = lock.lost()
                .thenRun(() -> {
                    told.incrementAndGet();
                    block();
                })
                .toCompletableFuture();
        for (int i = 0; i < 5; i++) {
            lock.onLost(() -> {
                told.incrementAndGet();
                block();
            });
        }

        Await.until("all are told while all block", () -> told.get() == 6);

        assertThat(stage).isNotDone();
        end.countDown();
        Await.until("the stage ends", stage::isDone);
    }

    @Test
    @DisplayName("HLD-4 callbacks that block keep no other lock from being renewed, extended and released")
    void blockedCallbacksAndOtherLocks() {
        Duration ttl = Duration.ofSeconds(12);
        LockHandle other = way.acquire(guard, "other", options(ttl).withHeartbeat());
        CountDownLatch blocked = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            LockHandle lock =
                    way.tryAcquire(guard, "k" + i, Duration.ofMillis(50)).orElseThrow();
            lock.onLost(() -> {
                blocked.countDown();
                block();
            });
            lock.lost().thenRun(this::block);
        }
        Await.until("all block", () -> blocked.getCount() == 0);
        long before = backend.count("extend");

        Await.until("beats go on", () -> backend.count("extend") >= before + 2);

        assertThat(other.isHeld()).isTrue();
        assertThat(way.extend(other, ttl)).isTrue();
        assertThat(way.release(other)).isTrue();
    }

    @Test
    @DisplayName("HLD-6 watching a lock changes no outcome: work whose release finds the lock returns its result")
    void watchingChangesNothing() {
        failBeats();
        for (boolean watched : new boolean[] {false, true}) {
            assertThat(resultOfWorkBeyondTheTtl(watched, LossPolicy.FAIL)).isEqualTo("result");
            assertThat(resultOfWorkBeyondTheTtl(watched, LossPolicy.KEEP_RESULT))
                    .isEqualTo("result");
        }
        assertThat(backend.count("release")).isEqualTo(4);
    }

    @Test
    @DisplayName("HLD-6 watching a lock changes no outcome: work whose release finds nothing fails with LOCK_LOST")
    void watchingAnAbsentLock() {
        failBeats();
        for (boolean watched : new boolean[] {false, true}) {
            backend.releases.add(() -> ReleaseResult.ABSENT);
            LockException e =
                    catchThrowableOfType(LockException.class, () -> resultOfWorkBeyondTheTtl(watched, LossPolicy.FAIL));
            assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);

            backend.releases.add(() -> ReleaseResult.ABSENT);
            assertThat(resultOfWorkBeyondTheTtl(watched, LossPolicy.KEEP_RESULT))
                    .isEqualTo("result");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "HLD-4 a holder whose release or close finds nothing is told, whether it asked for that before or after")
    void releaseFindsNothing(boolean closes) {
        failBeats();
        for (boolean watched : new boolean[] {false, true}) {
            LockHandle lock = way.tryAcquire(guard, "k", Duration.ofMinutes(1)).orElseThrow();
            CompletableFuture<Void> told = watched ? lock.lost().toCompletableFuture() : null;
            backend.releases.add(() -> ReleaseResult.ABSENT);

            if (closes) {
                way.close(lock);
            } else {
                assertThat(way.release(lock)).isFalse();
            }

            CompletableFuture<Void> lost = watched ? told : lock.lost().toCompletableFuture();
            Await.until("it is told; watched: " + watched, lost::isDone);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "HLD-4, REL-2 a release that was not answered and is repeated in vain tells of no loss: it may have taken effect")
    void repeatedReleaseFindsNothing(boolean closes) {
        failBeats();
        LockHandle lock = way.tryAcquire(guard, "k", Duration.ofMinutes(1)).orElseThrow();
        CompletableFuture<Void> told = lock.lost().toCompletableFuture();
        backend.releases.add(() -> {
            throw LockException.outcomeUnknown(
                    LockErrorCode.NETWORK_TIMEOUT, LockOperation.RELEASE, null, "scripted", null);
        });
        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThat(catchThrowableOfType(LockException.class, () -> way.release(lock)))
                .isNotNull();

        if (closes) {
            way.close(lock);
        } else {
            assertThat(way.release(lock)).isFalse();
        }

        CompletableFuture<Void> later = new CompletableFuture<>();
        LockHandle other = way.tryAcquire(guard, "other", Duration.ofMillis(20)).orElseThrow();
        other.onLost(() -> later.complete(null));
        Await.until("a later loss is told", later::isDone);
        assertThat(told).isNotDone();
    }

    @Test
    @DisplayName("HLD-4 a holder that asks about a lock that expired, only after the guard was closed, is told")
    void asksAfterTheClose() {
        failBeats();
        LockHandle lock = way.tryAcquire(guard, "k", Duration.ofMillis(20)).orElseThrow();
        long begun = System.nanoTime();
        Await.until("the tolerance is over", () -> System.nanoTime() - begun > 1_500_000_000L);
        guard.close();

        CompletableFuture<Void> lost = lock.lost().toCompletableFuture();

        Await.until("it is told", lost::isDone);
    }

    private String resultOfWorkBeyondTheTtl(boolean watched, LossPolicy policy) {
        AtomicBoolean told = new AtomicBoolean();
        LockOptions options = options(Duration.ofMillis(60)).withLossPolicy(policy);
        if (way == Way.BLOCKING) {
            return guard.<String, RuntimeException>call("k", options, lock -> beyondTheTtl(lock, watched, told));
        }
        return Way.joined(guard.async()
                .call("k", options, lock -> CompletableFuture.completedFuture(beyondTheTtl(lock, watched, told))));
    }

    private static String beyondTheTtl(LockHandle lock, boolean watched, AtomicBoolean told) {
        if (watched) {
            lock.onLost(() -> told.set(true));
            lock.lost().thenRun(() -> {});
            Await.until("it is told", told::get);
        }
        Await.until("the ttl is over", () -> !lock.isHeld());
        return "result";
    }

    @Test
    @DisplayName("HLD-4 a notice that has not begun when a release succeeds does not begin afterwards")
    void noNoticeAfterRelease() {
        failBeats();
        Queue<Runnable> notices = new ConcurrentLinkedQueue<>();
        AtomicBoolean holdsUp = new AtomicBoolean();
        ScriptedBackend own = new ScriptedBackend();
        own.otherwiseExtend = failing(LockErrorCode.SERVICE_UNAVAILABLE, false);
        SyncGuard holding = SyncGuard.using(own, GuardOptions.defaults().withExecutor(task -> {
            if (holdsUp.get()) {
                notices.add(task);
            } else {
                task.run();
            }
        }));
        try (holding) {
            LockHandle lock = way.acquire(holding, "k", options(Duration.ofMillis(500)));
            holdsUp.set(true);
            Queue<String> begun = new ConcurrentLinkedQueue<>();
            lock.onLost(() -> begun.add("callback"));
            lock.onLost(() -> begun.add("another callback"));
            lock.lost().thenRun(() -> begun.add("stage"));
            Await.until("the notices are on their way", () -> notices.size() == 3);
            holdsUp.set(false);

            assertThat(way.release(lock)).isTrue();
            notices.forEach(Runnable::run);

            assertThat(begun).isEmpty();
            assertThat(lock.lost().toCompletableFuture()).isNotDone();
        }
    }

    @Test
    @DisplayName("HLD-4 of many releases that race the deadline none that succeeds is followed by a notice")
    void releaseRacesTheDeadline() {
        failBeats();
        int races = 480;
        AtomicInteger notices = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        int unnoticed = 0;
        for (int i = 0; i < races; i += TOGETHER) {
            List<LockHandle> locks = new ArrayList<>();
            List<AtomicBoolean> released = new ArrayList<>();
            List<AtomicBoolean> told = new ArrayList<>();
            for (int j = 0; j < TOGETHER; j++) {
                LockHandle lock = way.acquire(guard, "k" + j, options(Duration.ofMillis(20)));
                AtomicBoolean releasedThis = new AtomicBoolean();
                AtomicBoolean toldThis = new AtomicBoolean();
                Runnable notice = () -> {
                    if (releasedThis.get()) {
                        late.incrementAndGet();
                    }
                    toldThis.set(true);
                    notices.incrementAndGet();
                };
                lock.onLost(notice);
                lock.lost().thenRun(notice);
                locks.add(lock);
                released.add(releasedThis);
                told.add(toldThis);
            }
            // The deadline is told a little early.
            long until = System.nanoTime()
                    + locks.get(0).remaining().toNanos()
                    - TimeUnit.MICROSECONDS.toNanos(ThreadLocalRandom.current().nextInt(3_000));
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            for (int j = 0; j < TOGETHER; j++) {
                assertThat(way.release(locks.get(j))).isTrue();
                released.get(j).set(true);
                unnoticed += told.get(j).get() ? 0 : 1;
            }
        }
        end.countDown();
        guard.close();

        assertThat(unnoticed).as("races that the release won").isPositive();
        assertThat(notices).as("notices of races that the deadline won").hasPositiveValue();
        // A thread may lose the processor between the library's last look and the first statement of a callback: the
        // more often, the
        // busier the machine.
        assertThat(late).as("notices that began after the release").hasValueLessThan(races / 20);
    }
}
