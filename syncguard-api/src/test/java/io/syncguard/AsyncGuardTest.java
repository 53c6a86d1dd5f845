package io.syncguard;

import static io.syncguard.ScriptedBackend.acquired;
import static io.syncguard.ScriptedBackend.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ReleaseResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Work under locks without a thread that waits, and what cancelling does to it. */
@Timeout(180)
@ExtendWith(SilentLog.class)
class AsyncGuardTest {
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofMinutes(1)).withMaxRetries(1_000);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);
    private final AsyncGuard async = guard.async();

    @AfterEach
    void close() {
        guard.close();
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        return future.handle((value, failure) -> failure)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static LockErrorCode codeOf(CompletableFuture<?> future) {
        return LockException.within(failureOf(future)).orElseThrow().code();
    }

    @Test
    @DisplayName("call keeps the lock until the work's stage is complete, and then gives it back once")
    void keepsTheLock() {
        CompletableFuture<String> work = new CompletableFuture<>();
        AtomicReference<FenceToken> fence = new AtomicReference<>();

        CompletableFuture<String> result = async.call("k", lock -> {
            fence.set(lock.fence());
            return work;
        });

        assertThat(fence.get().value()).isEqualTo(1);
        assertThat(result).isNotDone();
        assertThat(backend.count("release")).isZero();
        work.complete("done");
        assertThat(result).isCompletedWithValue("done");
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("the result is there only after the lock was given back")
    void resultAfterRelease() {
        PendingCall<ReleaseResult> release = PendingCall.sent(LockOperation.RELEASE);
        backend.async().releases.add(release);

        CompletableFuture<Void> result = async.run("k", () -> CompletableFuture.completedFuture("ignored"));

        assertThat(result).isNotDone();
        release.complete(ReleaseResult.RELEASED);
        assertThat(result).isCompletedWithValue(null);
    }

    @Test
    @DisplayName("however the work fails, its exception comes through as it is and the lock is given back once")
    void workFails() {
        IOException thrown = new IOException("disk full");
        List<AsyncLockedFunction<String>> works = List.of(
                lock -> {
                    throw thrown;
                },
                lock -> CompletableFuture.failedFuture(thrown),
                lock -> CompletableFuture.supplyAsync(() -> "x")
                        .thenCompose(x -> CompletableFuture.failedFuture(thrown)));

        for (AsyncLockedFunction<String> work : works) {
            long before = backend.count("release");
            assertThat(failureOf(async.call("k", work))).isSameAs(thrown);
            assertThat(backend.count("release")).isEqualTo(before + 1);
        }
    }

    @Test
    @DisplayName("work that returns no stage, or throws an error, gives the lock back too")
    void brokenWork() {
        AssertionError error = new AssertionError("broken");

        assertThat(failureOf(async.call("k", lock -> null))).isInstanceOf(NullPointerException.class);
        assertThat(failureOf(async.call("k", lock -> {
                    throw error;
                })))
                .isSameAs(error);
        assertThat(backend.count("release")).isEqualTo(2);
    }

    @Test
    @DisplayName("a release that fails hides neither the result nor the exception of the work, and is settled")
    void releaseFails() {
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        backend.releases.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        IllegalStateException thrown = new IllegalStateException("work");

        assertThat(async.call("k", lock -> CompletableFuture.completedFuture("result")))
                .isCompletedWithValue("result");
        assertThat(failureOf(async.call("k", lock -> CompletableFuture.failedFuture(thrown))))
                .isSameAs(thrown);
        Await.until("both are settled", () -> backend.count("abandon") == 2);
    }

    @Test
    @DisplayName("work is not begun when the lock could not be had")
    void noLockNoWork() {
        backend.acquires.add(failing(LockErrorCode.SERVICE_UNAVAILABLE, false));

        CompletableFuture<Void> result = async.run("k", () -> {
            throw new AssertionError("the work began");
        });

        assertThat(codeOf(result)).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(backend.count("release")).isZero();
    }

    @Test
    @DisplayName("ERR-4, OPT-4 bad arguments complete the future, and the backend is asked for nothing")
    void badArguments() {
        List<Supplier<CompletableFuture<?>>> calls = List.of(
                () -> async.run("", () -> CompletableFuture.completedFuture(1)),
                () -> async.call("\ud83d", lock -> CompletableFuture.completedFuture(1)),
                () -> async.call(null, lock -> CompletableFuture.completedFuture(1)),
                () -> async.acquire(null),
                () -> async.tryAcquire("k", null),
                () -> async.tryAcquire("k", LockOptions.defaults().withTimeout(Duration.ofSeconds(1))),
                () -> async.tryAcquire("k", LockOptions.defaults().withMaxRetries(1)),
                () -> async.tryAcquire("k", LockOptions.defaults().withLossPolicy(LossPolicy.FAIL)),
                () -> async.acquire("k", LockOptions.defaults().withLossPolicy(LossPolicy.FAIL)),
                () -> async.acquire("k", LockOptions.defaults().withMinHold(Duration.ofMinutes(1))),
                () -> async.call("k", null),
                () -> async.run("k", null),
                () -> async.run("k", null, () -> CompletableFuture.completedFuture(1)),
                () -> async.tryRun("k", null),
                () -> async.tryRun(
                        "k",
                        LockOptions.defaults().withTimeout(Duration.ofSeconds(1)),
                        () -> CompletableFuture.completedFuture(1)),
                () -> async.tryCall("k", null),
                () -> async.lookup((LockId) null),
                () -> async.owns(null),
                () -> async.tryAcquire("", LockOptions.defaults().withTtl(Duration.ofSeconds(1))),
                () -> async.isLocked(""),
                () -> async.lookup(""),
                () -> async.lookup((String) null),
                () -> async.lookupRaw("\udd12"));

        for (Supplier<CompletableFuture<?>> call : calls) {
            assertThat(failureOf(call.get())).isInstanceOfSatisfying(LockException.class, e -> assertThat(e.code())
                    .isEqualTo(LockErrorCode.INVALID_ARGUMENT));
        }
        assertThat(backend.calls).isEmpty();
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 cancelling an attempt under way ends it, is ABORTED, and abandons what it may have got")
    void cancelledAttempt() {
        PendingCall<AcquireResult> attempt = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(attempt);
        CompletableFuture<AsyncHeldLock> acquiring = async.acquire("k");

        assertThat(acquiring.cancel(true)).isTrue();

        assertThat(attempt).isCancelled();
        assertThat(acquiring).isCancelled();
        assertThat(failureOf(acquiring)).isInstanceOf(CancellationException.class);
        assertThat(codeOf(acquiring)).isEqualTo(LockErrorCode.ABORTED);
        assertThat(backend.count("abandon")).isEqualTo(1);
    }

    @Test
    @DisplayName("OPT-1 cancelling an attempt that was not sent leaves nothing to abandon")
    void cancelledBeforeSent() {
        backend.async().acquires.add(PendingCall.unsent(LockOperation.ACQUIRE));
        CompletableFuture<AsyncHeldLock> acquiring = async.acquire("k");

        assertThat(acquiring.cancel(true)).isTrue();

        assertThat(backend.count("abandon")).isZero();
    }

    @Test
    @DisplayName("OPT-1 cancelling a wait between attempts ends it: there is no further attempt")
    void cancelledWait() {
        backend.otherwise = () -> Contended.until(Instant.EPOCH, Duration.ofMillis(60));
        CompletableFuture<AsyncHeldLock> acquiring = async.acquire("k", PATIENT);
        LockId id = backend.calls.get(0).id();
        Await.until("it waits", () -> backend.count("acquire", id) >= 2);

        acquiring.cancel(true);

        long attempts = backend.count("acquire", id);
        int calls = backend.calls.size();
        CompletableFuture<AsyncHeldLock> control = async.acquire("control", PATIENT);
        LockId controlId = backend.calls.stream()
                .skip(calls)
                .map(ScriptedBackend.Call::id)
                .filter(each -> !each.equals(id))
                .findFirst()
                .orElseThrow();
        // Pauses are 50 ms at the least and 60 at the most: an attempt that was begun before it was cancelled is over
        // by now.
        Await.until("another has waited for longer", () -> backend.count("acquire", controlId) >= 3);
        long attemptsWithLast = backend.count("acquire", id);
        assertThat(attemptsWithLast).isLessThanOrEqualTo(attempts + 1);
        Await.until("another goes on", () -> backend.count("acquire", controlId) >= 7);
        assertThat(backend.count("acquire", id)).isEqualTo(attemptsWithLast);
        assertThat(codeOf(acquiring)).isEqualTo(LockErrorCode.ABORTED);
        control.cancel(true);
    }

    @Test
    @DisplayName("OPT-1, ACQ-4 orTimeout ends the call as cancelling does")
    void orTimeout() {
        PendingCall<AcquireResult> attempt = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(attempt);

        CompletableFuture<AsyncHeldLock> acquiring = async.acquire("k").orTimeout(20, TimeUnit.MILLISECONDS);

        assertThat(failureOf(acquiring)).isInstanceOf(TimeoutException.class);
        Await.until("the attempt is ended", attempt::isCancelled);
        Await.until("it is abandoned", () -> backend.count("abandon") == 1);
    }

    @Test
    @DisplayName("ACQ-4 a lock granted to a future that somebody else has completed is given back")
    void grantedToNobody() {
        PendingCall<AcquireResult> attempt = PendingCall.answeredAnyway(LockOperation.ACQUIRE);
        backend.async().acquires.add(attempt);
        CompletableFuture<AsyncHeldLock> acquiring = async.acquire("k");
        acquiring.completeExceptionally(new IllegalStateException("changed my mind"));

        attempt.complete(acquired(1));

        assertThat(backend.count("abandon")).isEqualTo(1);
    }

    @Test
    @DisplayName("OPT-1 cancelling a call while it waits for the lock ends the wait, and the work is not begun")
    void cancelledCallBeforeWork() {
        PendingCall<AcquireResult> attempt = PendingCall.sent(LockOperation.ACQUIRE);
        backend.async().acquires.add(attempt);
        CompletableFuture<Void> result = async.run("k", () -> {
            throw new AssertionError("the work began");
        });

        result.cancel(true);

        assertThat(attempt).isCancelled();
        assertThat(backend.count("abandon")).isEqualTo(1);
        assertThat(codeOf(result)).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName("OPT-1 cancelling a call during the work ends it at once, and the lock is kept until the work is done")
    void cancelledCallDuringWork() {
        CompletableFuture<String> work = new CompletableFuture<>();
        List<CompletableFuture<?>> results =
                List.of(async.call("k", lock -> work), async.run("k", () -> work.thenApply(done -> done)));

        results.forEach(result -> result.cancel(true));

        for (CompletableFuture<?> result : results) {
            assertThat(result).isCancelled();
            assertThat(codeOf(result)).isEqualTo(LockErrorCode.ABORTED);
        }
        assertThat(work).isNotDone();
        assertThat(backend.count("release")).isZero();
        work.complete("done at last");
        assertThat(backend.count("release")).isEqualTo(2);
    }

    @Test
    @DisplayName("cancelling the work's own stage gives the lock back, once")
    void cancelledWork() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = async.call("k", lock -> work);

        work.cancel(true);

        assertThat(failureOf(result)).isInstanceOf(CancellationException.class);
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName("OPT-1 ABORTED is found in what a dependent stage gets to see, and a value is not found")
    void within() {
        backend.async().acquires.add(PendingCall.sent(LockOperation.ACQUIRE));
        CompletableFuture<AsyncHeldLock> acquiring = async.acquire("k");
        CompletableFuture<Long> dependent =
                acquiring.thenApply(lock -> lock.fence().value());

        acquiring.cancel(true);

        assertThat(codeOf(dependent)).isEqualTo(LockErrorCode.ABORTED);
        assertThat(LockException.within(new IllegalStateException())).isEmpty();
        assertThat(LockException.within(null)).isEmpty();
    }

    @Test
    @DisplayName("OPT-4 an interrupted thread may call, and stays interrupted")
    void interruptedCaller() {
        boolean flag;
        CompletableFuture<AsyncHeldLock> acquiring;
        Thread.currentThread().interrupt();
        try {
            acquiring = async.acquire("k");
        } finally {
            flag = Thread.interrupted();
        }

        assertThat(acquiring).isCompleted();
        assertThat(flag).isTrue();
    }

    @Test
    @DisplayName("lookups and isLocked answer what the backend does")
    void reads() {
        assertThat(async.isLocked("k")).isCompletedWithValue(false);
        assertThat(async.lookup("k").join()).isEmpty();
        assertThat(async.lookup(LockId.random()).join()).isEmpty();
        assertThat(async.lookupRaw("k").join()).isEmpty();
        assertThat(async.lookupRaw(LockId.random()).join()).isEmpty();
        assertThat(guard.async()).isSameAs(async);
    }
}
