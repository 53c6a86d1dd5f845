package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that fails because its turn did not come in time has sent nothing, and sends nothing afterwards. */
@Timeout(180)
class DroppedOperationTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(60);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private SyncGuard guard;

    @AfterEach
    void close() {
        guard.close();
        tasks.forEach(Runnable::run);
    }

    private enum Kind {
        EXTEND("extend"),
        RELEASE("release");

        private final String operation;

        Kind(String operation) {
            this.operation = operation;
        }

        CompletableFuture<Boolean> call(AsyncHeldLock lock) {
            return this == EXTEND ? lock.extend(SHORT) : lock.release();
        }
    }

    private static LockException known() {
        return LockException.failed(LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.EXTEND, null, "scripted", null);
    }

    /** Makes an extension that is not answered yet. */
    private PendingCall<ExtendResult> busy(AsyncHeldLock lock) {
        PendingCall<ExtendResult> call = PendingCall.answeredAnyway(LockOperation.EXTEND);
        backend.async().extensions.add(call);
        lock.extend(TTL).exceptionally(failure -> false);
        return call;
    }

    private long sent(AsyncHeldLock lock, Kind kind) {
        return backend.calls.stream()
                .filter(call -> call.operation().equals(kind.operation))
                .filter(call -> lock.id().equals(call.id()))
                .count();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName(
            "OPT-2, HLD-10 a call that timed out before its turn is not sent while the executor holds up its failure")
    void failureHeldUp(Kind kind) {
        backend.operationTimeout = Duration.ofMillis(100);
        guard = SyncGuard.using(backend, GuardOptions.defaults().withExecutor(tasks::add));
        CompletableFuture<AsyncHeldLock> acquired =
                guard.async().acquire("k", LockOptions.defaults().withTtl(TTL));
        runTasksUntil(acquired);
        AsyncHeldLock lock = acquired.join();
        PendingCall<ExtendResult> before = busy(lock);

        CompletableFuture<Boolean> call = kind.call(lock);
        Await.until("its failure is handed over", () -> !tasks.isEmpty());
        before.completeExceptionally(known());

        assertThat(sent(lock, kind)).isEqualTo(kind == Kind.EXTEND ? 1 : 0);
        assertThat(call).isNotDone();
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.remaining()).isGreaterThan(SHORT);
        runTasksUntil(call);
        LockException e = catchThrowableOfType(LockException.class, () -> Way.joined(call));
        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(e.isOutcomeUnknown()).isFalse();
        CompletableFuture<Boolean> released = lock.release();
        runTasksUntil(released);
        assertThat(released).as("the next call has its turn").isCompletedWithValue(true);
    }

    private void runTasksUntil(CompletableFuture<?> future) {
        Await.until("it is complete", () -> {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            return future.isDone();
        });
    }

    /** One call whose time-out races with its turn. */
    private final class Race {
        final AsyncHeldLock lock = Way.joined(
                        guard.async().tryAcquire("k", LockOptions.defaults().withTtl(TTL)))
                .orElseThrow();
        final PendingCall<ExtendResult> before = busy(lock);
        final CompletableFuture<Boolean> call;
        final long timeoutNanos;

        Race(Kind kind) {
            timeoutNanos = System.nanoTime() + backend.operationTimeout.toNanos();
            call = kind.call(lock);
        }

        /** Returns whether the call was sent. */
        boolean check(Kind kind) {
            LockException failure =
                    call.handle((done, thrown) -> (LockException) thrown).join();
            boolean wasSent = sent(lock, kind) > (kind == Kind.EXTEND ? 1 : 0);
            if (failure != null && !failure.isOutcomeUnknown()) {
                assertThat(failure.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(wasSent)
                        .as("a call that failed as not sent was sent")
                        .isFalse();
                assertThat(lock.remaining()).isGreaterThan(SHORT);
            } else if (kind == Kind.EXTEND) {
                assertThat(lock.remaining()).as("what is certainly left").isLessThanOrEqualTo(SHORT);
            } else {
                assertThat(lock.isHeld()).isFalse();
            }
            return wasSent;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("OPT-2, TIME-5 a call whose time-out races with its turn is sent or fails as not sent, never both")
    void timeoutRacesTheTurn(Kind kind) {
        backend.operationTimeout = Duration.ofMillis(20);
        guard = SyncGuard.using(backend);
        int sent = 0;
        int dropped = 0;
        // The moment of the turn moves to where both outcomes occur.
        long lateMicros = 0;
        for (int batch = 0; batch < 300 && (batch < 100 || sent < 50 || dropped < 50); batch++) {
            List<Race> races = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                races.add(new Race(kind));
            }
            for (Race race : races) {
                long at = race.timeoutNanos
                        + TimeUnit.MICROSECONDS.toNanos(
                                lateMicros + ThreadLocalRandom.current().nextInt(1_000));
                for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
                    LockSupport.parkNanos(left > 200_000 ? left - 100_000 : 1);
                }
                race.before.completeExceptionally(known());
            }
            Await.until("all have ended", () -> races.stream().allMatch(race -> race.call.isDone()));
            int sentNow = 0;
            for (Race race : races) {
                sentNow += race.check(kind) ? 1 : 0;
                race.lock.close().join();
            }
            sent += sentNow;
            dropped += races.size() - sentNow;
            lateMicros = Math.max(-2_000, lateMicros + (sentNow > races.size() / 2 ? 100 : -100));
            backend.calls.clear();
        }
        assertThat(sent).as("calls that were sent").isPositive();
        assertThat(dropped).as("calls that were dropped").isPositive();
    }

    @Test
    @DisplayName("OPT-2 calls that were dropped do not hold up those behind them")
    void behindDroppedCalls() {
        backend.operationTimeout = Duration.ofMillis(50);
        guard = SyncGuard.using(backend);
        AsyncHeldLock lock = Way.joined(
                        guard.async().tryAcquire("k", LockOptions.defaults().withTtl(TTL)))
                .orElseThrow();
        PendingCall<ExtendResult> before = busy(lock);
        List<CompletableFuture<Boolean>> dropped = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            dropped.add(Kind.EXTEND.call(lock));
        }
        Await.until("all have failed", () -> dropped.stream().allMatch(CompletableFuture::isCompletedExceptionally));

        before.completeExceptionally(known());

        assertThat(Way.joined(lock.release())).isTrue();
        assertThat(sent(lock, Kind.EXTEND)).isEqualTo(1);
    }
}
