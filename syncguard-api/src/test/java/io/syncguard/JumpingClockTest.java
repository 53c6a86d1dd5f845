package io.syncguard;

import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.GuardClock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A clock that jumps just after it was read, at each of the reads that a call makes: what was decided by the old time is not slept by. */
@Timeout(180)
class JumpingClockTest {
    private static final Duration LONG = Duration.ofHours(1);

    /** More than any call makes. */
    private static final int MOST_READS = 100;

    private final ScriptedBackend backend = new ScriptedBackend();

    private static final class JumpingClock implements GuardClock {
        private final Set<JumpListener> listeners = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean jumped = new AtomicBoolean();
        private volatile long aheadNanos;
        private volatile Thread reader;
        private int readsLeft;

        /** Jumps when the calling thread has read it so many times. */
        void jumpAfter(int reads) {
            readsLeft = reads;
            reader = Thread.currentThread();
        }

        @Override
        public long nanoTime() {
            long now = System.nanoTime() + aheadNanos;
            if (Thread.currentThread() == reader && --readsLeft == 0) {
                jump();
            }
            return now;
        }

        @Override
        public long currentTimeMillis() {
            return System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(aheadNanos);
        }

        /** Tells listeners on another thread, as the reader may have a monitor that they need. */
        void jump() {
            if (jumped.compareAndSet(false, true)) {
                aheadNanos = LONG.toNanos();
                new Thread(() -> listeners.forEach(JumpListener::clockJumped)).start();
            }
        }

        @Override
        public void addJumpListener(JumpListener listener) {
            listeners.add(listener);
        }

        @Override
        public void removeJumpListener(JumpListener listener) {
            listeners.remove(listener);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("TIME-8, WAI-2 a waiter behind another times out, whenever the clock jumps over its timeout")
    void waiter(Way way) throws InterruptedException {
        for (int reads = 1; jumpsDuringWait(way, reads); reads++) {
            assertThat(reads).isLessThan(MOST_READS);
        }
    }

    /** Returns whether the clock was read so many times before the waiter slept. */
    private boolean jumpsDuringWait(Way way, int reads) throws InterruptedException {
        JumpingClock clock = new JumpingClock();
        backend.clock = clock;
        backend.wakeUps = new ScriptedWakeUps();
        backend.otherwise = Contended::unknown;
        try (SyncGuard guard = SyncGuard.using(backend)) {
            CompletableFuture<AsyncHeldLock> first =
                    guard.async().acquire("k", LockOptions.defaults().withTimeout(LONG.multipliedBy(100)));
            AtomicReference<LockException> failure = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                clock.jumpAfter(reads);
                failure.set(catchThrowableOfType(
                        LockException.class,
                        () -> way.acquire(guard, "k", LockOptions.defaults().withTimeout(LONG))));
            });
            thread.start();
            Await.until(
                    "it waits",
                    () -> clock.jumped.get()
                            || thread.getState() == Thread.State.WAITING
                            || thread.getState() == Thread.State.TIMED_WAITING);
            boolean jumped = clock.jumped.get();

            clock.jump();
            thread.join(60_000);

            assertThat(failure.get())
                    .as("after a jump at read " + reads)
                    .isInstanceOf(AcquisitionTimeoutException.class);
            assertThat(first).isNotDone();
            return jumped;
        }
    }

    @ParameterizedTest
    @CsvSource({"BLOCKING, false", "BLOCKING, true", "ASYNC, false", "ASYNC, true"})
    @DisplayName("TIME-8, HLD-4 a holder is told of its loss, whenever the clock jumps over its ttl")
    void holder(Way way, boolean heartbeat) {
        LockOptions plain = LockOptions.defaults().withTtl(LONG);
        LockOptions options = heartbeat ? plain.withHeartbeat() : plain;
        backend.otherwiseExtend = failing(LockErrorCode.SERVICE_UNAVAILABLE, false);
        boolean jumped = true;
        for (int reads = 1; jumped; reads++) {
            assertThat(reads).isLessThan(MOST_READS);
            JumpingClock clock = new JumpingClock();
            backend.clock = clock;
            try (SyncGuard guard = SyncGuard.using(backend)) {
                clock.jumpAfter(reads);

                LockHandle lock = way.acquire(guard, "k", options);
                CompletableFuture<Void> lost = lock.lost().toCompletableFuture();

                jumped = clock.jumped.get();
                clock.jump();
                Await.until("the holder is told, after a jump at read " + reads, lost::isDone);
                assertThat(lock.isHeld()).isFalse();
            }
        }
    }
}
