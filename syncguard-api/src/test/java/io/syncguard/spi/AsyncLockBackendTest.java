package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The wait for the future of an asynchronous call. */
@Timeout(180)
class AsyncLockBackendTest {
    private static final String FINGERPRINT = "0123456789abcdef01234567";

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    private static <T> LockException failureOf(Supplier<CompletableFuture<T>> call) {
        return catchThrowableOfType(
                LockException.class, () -> AsyncLockBackend.await(call, LockOperation.ACQUIRE, () -> FINGERPRINT));
    }

    @Test
    @DisplayName("a call is answered by what its future is completed with")
    void answered() {
        CompletableFuture<String> call = new CompletableFuture<>();
        call.completeOnTimeout("answer", 10, TimeUnit.MILLISECONDS);

        assertThat(AsyncLockBackend.await(() -> call, LockOperation.LOOKUP)).isEqualTo("answer");
    }

    @Test
    @DisplayName("OPT-1 an interrupted thread sends nothing, and keeps its flag")
    void interruptedBefore() {
        AtomicInteger sent = new AtomicInteger();
        Thread.currentThread().interrupt();

        LockException e = failureOf(() -> {
            sent.incrementAndGet();
            return CompletableFuture.completedFuture("answer");
        });

        assertThat(sent).hasValue(0);
        assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(e.lockFingerprint()).contains(FINGERPRINT);
        assertThat(e.operation()).isEqualTo(LockOperation.ACQUIRE);
        assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
    }

    @Test
    @DisplayName("OPT-1 an interrupt during the wait cancels the call, and the flag is set afterwards")
    void interruptedWhileWaiting() throws InterruptedException {
        CompletableFuture<String> call = new CompletableFuture<>();
        AtomicReference<LockException> failure = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            failure.set(failureOf(() -> call));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        caller.interrupt();
        caller.join();

        assertThat(call).isCancelled();
        assertThat(failure.get().code()).isEqualTo(LockErrorCode.ABORTED);
        assertThat(failure.get().isOutcomeUnknown()).isTrue();
        assertThat(flag).isTrue();
    }

    @Test
    @DisplayName(
            "ERR-1 what is no LockException arrives as INTERNAL of unknown outcome, with operation, fingerprint and cause")
    void otherFailures() {
        IllegalStateException thrown = new IllegalStateException("broken");
        AssertionError error = new AssertionError("more broken");

        for (LockException e : new LockException[] {
            failureOf(() -> {
                throw thrown;
            }),
            failureOf(() -> CompletableFuture.failedFuture(thrown)),
            failureOf(() -> CompletableFuture.failedFuture(new CompletionException(thrown)))
        }) {
            assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e.isOutcomeUnknown()).isTrue();
            assertThat(e.operation()).isEqualTo(LockOperation.ACQUIRE);
            assertThat(e.lockFingerprint()).contains(FINGERPRINT);
            assertThat(e).hasRootCause(thrown);
        }
        assertThat(failureOf(() -> {
                    throw error;
                }))
                .hasCause(error);
        assertThat(failureOf(() -> null).code()).isEqualTo(LockErrorCode.INTERNAL);
    }

    @Test
    @DisplayName("ERR-1 a LockException stays the one it is, thrown or in a future")
    void lockExceptions() {
        LockException refused = LockException.invalidArgument("refused");

        assertThat(catchThrowable(() -> AsyncLockBackend.await(
                        () -> {
                            throw refused;
                        },
                        LockOperation.ACQUIRE)))
                .isSameAs(refused);
        assertThat(failureOf(() -> CompletableFuture.failedFuture(refused))).isSameAs(refused);
    }
}
