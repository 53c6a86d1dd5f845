package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(180)
@ExtendWith(SilentLog.class)
class LossPolicyTest {
    private static final LockOptions BEATING =
            LockOptions.defaults().withTtl(Duration.ofSeconds(6)).withHeartbeat();

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        Thread.interrupted();
        guard.close();
    }

    @Test
    @DisplayName("HLD-6 by default the result of work whose lock was lost is withheld, and LOCK_LOST says so")
    void fails() {
        backend.releases.add(() -> ReleaseResult.ABSENT);

        LockException e = catchThrowableOfType(LockException.class, () -> guard.call("secret-key", lock -> "done"));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(e).hasMessageContaining("KEEP_RESULT").hasMessageNotContaining("secret-key");

        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThatThrownBy(() -> guard.run("key", () -> {})).isInstanceOf(LockException.class);

        backend.releases.add(() -> ReleaseResult.ABSENT);
        LockException async = catchThrowableOfType(
                LockException.class,
                () -> Way.joined(guard.async().call("key", lock -> CompletableFuture.completedFuture("done"))));
        assertThat(async.code()).isEqualTo(LockErrorCode.LOCK_LOST);
    }

    @Test
    @DisplayName("HLD-6 what the work throws comes before the loss")
    void workThrows() {
        backend.releases.add(() -> ReleaseResult.ABSENT);

        assertThatThrownBy(() -> guard.run("key", () -> {
                    throw new IOException("of the work");
                }))
                .isInstanceOf(IOException.class);

        backend.releases.add(() -> ReleaseResult.ABSENT);
        Throwable thrown = catchThrowable(() -> guard.async()
                .call("key", lock -> CompletableFuture.failedFuture(new IOException("of the work")))
                .join());
        assertThat(thrown).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("HLD-6 who wants the result all the same gets it")
    void keeps() {
        LockOptions keeping = LockOptions.defaults().withLossPolicy(LossPolicy.KEEP_RESULT);
        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThat(guard.<String, RuntimeException>call("key", keeping, lock -> "done"))
                .isEqualTo("done");

        backend.releases.add(() -> ReleaseResult.ABSENT);
        assertThat(guard.async()
                        .call("key", keeping, lock -> CompletableFuture.completedFuture("done"))
                        .join())
                .isEqualTo("done");
    }

    @Test
    @DisplayName("HLD-6 a lock that the work itself gave back, or that was held to the end, is not lost")
    void notLost() {
        assertThat(guard.<Boolean, RuntimeException>call("key", HeldLock::release))
                .isTrue();
        assertThat(guard.<String, RuntimeException>call(
                        "key", LockOptions.defaults().withTtl(Duration.ofMillis(1)), lock -> {
                            Await.until("the ttl is over", () -> !lock.isHeld());
                            return "released before anybody else could have it";
                        }))
                .startsWith("released");
        backend.releases.add(ScriptedBackend.failing(LockErrorCode.SERVICE_UNAVAILABLE, true));
        assertThat(guard.<String, RuntimeException>call("key", lock -> "held when the release failed"))
                .startsWith("held");
    }

    @Test
    @DisplayName("HLD-6 the working thread is interrupted the moment the loss is known")
    void interrupts() {
        backend.extensions.add(ExtendResult.Absent::new);

        LockException e = catchThrowableOfType(
                LockException.class,
                () -> guard.run("key", BEATING.withLossPolicy(LossPolicy.INTERRUPT), () -> TimeUnit.SECONDS.sleep(60)));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(e).hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("HLD-6 an interrupt that the work took no notice of is not left behind")
    void interruptTakenBack() {
        backend.extensions.add(ExtendResult.Absent::new);

        LockException e = catchThrowableOfType(
                LockException.class,
                () -> guard.run(
                        "key",
                        BEATING.withLossPolicy(LossPolicy.INTERRUPT),
                        () -> Await.until(
                                "the interrupt", () -> Thread.currentThread().isInterrupted())));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("HLD-6 without a loss nothing is interrupted, and an interrupt of somebody else's stays")
    void othersInterrupt() {
        guard.run("key", BEATING.withLossPolicy(LossPolicy.INTERRUPT), () -> Thread.currentThread()
                .interrupt());

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("HLD-6 of asynchronous work the stage is cancelled")
    void cancelsStage() {
        backend.extensions.add(ExtendResult.Absent::new);
        CompletableFuture<String> stage = new CompletableFuture<>();

        LockException e = catchThrowableOfType(
                LockException.class,
                () -> Way.joined(
                        guard.async().call("key", BEATING.withLossPolicy(LossPolicy.INTERRUPT), lock -> stage)));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(stage).isCancelled();
    }

    @Test
    @DisplayName("HLD-6, HLD-7 work that is under way when its guard is closed has lost its lock")
    void guardClosed() {
        LockException e = catchThrowableOfType(LockException.class, () -> guard.run("key", guard::close));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(backend.count("release")).isEqualTo(1);
    }
}
