package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.spi.ReleaseResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How asynchronous work under a lock ends when the lock, its guard or the stage of the work does not behave. */
@Timeout(180)
class AsyncWorkTest {
    private static final LockOptions INTERRUPTED_SOON =
            LockOptions.defaults().withTtl(Duration.ofMillis(150)).withLossPolicy(LossPolicy.INTERRUPT);

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SyncGuard guard = SyncGuard.using(backend);

    @AfterEach
    void close() {
        guard.close();
    }

    /** Work that ends in a way of its own when somebody cancels it. */
    private static final class Work extends CompletableFuture<String> {
        private final Consumer<Work> whenCancelled;

        Work(Consumer<Work> whenCancelled) {
            this.whenCancelled = whenCancelled;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            whenCancelled.accept(this);
            return isCancelled();
        }
    }

    private static LockException failure(CompletableFuture<?> result) {
        return catchThrowableOfType(LockException.class, () -> Way.joined(result));
    }

    @Test
    @DisplayName("HLD-6 run cancels the stage that the work returned when its lock is lost, and fails with LOCK_LOST")
    void runCancelsTheStage() {
        CompletableFuture<String> work = new CompletableFuture<>();

        LockException e = failure(guard.async().run("k", INTERRUPTED_SOON, () -> work));

        assertThat(work).isCancelled();
        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "HLD-6 work that is cancelled for its lost lock and ends with a result all the same fails with LOCK_LOST")
    void endsWithAResult() {
        CompletableFuture<String> work = new Work(self -> self.complete("result"));

        LockException e = failure(guard.async().call("k", INTERRUPTED_SOON, lock -> work));

        assertThat(work).isCompletedWithValue("result");
        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
    }

    @Test
    @DisplayName(
            "HLD-6 work that is cancelled for its lost lock and fails is LOCK_LOST, with the failure of the work as cause")
    void endsWithAFailure() {
        IOException ofTheWork = new IOException("of the work");
        CompletableFuture<String> work = new Work(self -> self.completeExceptionally(ofTheWork));

        LockException e = failure(guard.async().call("k", INTERRUPTED_SOON, lock -> work));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(e).hasCause(ofTheWork);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName("HLD-6 what the work fails with takes precedence over a loss that only the release found")
    void failsAndTheReleaseFindsNothing(Way way) {
        backend.releases.add(() -> ReleaseResult.ABSENT);
        LockOptions options = LockOptions.defaults().withLossPolicy(LossPolicy.INTERRUPT);
        IllegalStateException ofTheWork = new IllegalStateException("of the work");

        Throwable thrown = catchThrowable(() -> {
            if (way == Way.BLOCKING) {
                guard.run("k", options, () -> {
                    throw ofTheWork;
                });
            } else {
                Way.joined(guard.async().run("k", options, () -> CompletableFuture.failedFuture(ofTheWork)));
            }
        });

        assertThat(thrown instanceof CompletionException ? thrown.getCause() : thrown)
                .isSameAs(ofTheWork);
    }

    @Test
    @DisplayName("HLD-6 work that takes no notice of being cancelled goes on, and is LOCK_LOST when it ends")
    void endsLater() {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        CompletableFuture<String> work = new Work(self -> cancelled.complete(true));
        CompletableFuture<String> result = guard.async().call("k", INTERRUPTED_SOON, lock -> work);
        cancelled.join();
        assertThat(result).isNotDone();

        work.complete("result");

        assertThat(failure(result).code()).isEqualTo(LockErrorCode.LOCK_LOST);
    }

    @Test
    @DisplayName(
            "HLD-6 work that cannot be cancelled and fails is LOCK_LOST if the release finds nothing, with its failure as cause")
    void cannotBeCancelled() {
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        CompletableFuture<String> work = new Work(self -> {
            cancelled.complete(true);
            throw new UnsupportedOperationException("as a minimal stage does");
        });
        backend.releases.add(() -> ReleaseResult.ABSENT);
        CompletableFuture<String> result = guard.async().call("k", INTERRUPTED_SOON, lock -> work);
        cancelled.join();
        IOException ofTheWork = new IOException("of the work");

        work.completeExceptionally(ofTheWork);

        LockException e = failure(result);
        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(e).hasCause(ofTheWork);
    }

    @Test
    @DisplayName("HLD-6 work that cannot be cancelled is no reason for a warning")
    void noWarning() {
        Queue<String> warnings = new ConcurrentLinkedQueue<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                warnings.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.syncguard");
        logger.addHandler(handler);
        try {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<LockHandle> held = new CompletableFuture<>();
            CompletableFuture<String> result = guard.async().call("k", INTERRUPTED_SOON, lock -> {
                held.complete(lock);
                return work.minimalCompletionStage();
            });
            held.join().lost().toCompletableFuture().join();
            // Its threads, and so its callbacks, have ended by then.
            guard.close();
            Await.untilNoThreadIsLeft();
            work.complete("result");
            Await.until("it has ended", result::isDone);
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(warnings).as("but that of the loss").allMatch(line -> line.contains("was lost after"));
    }

    @Test
    @DisplayName(
            "HLD-6, HLD-7 work whose stage is of a kind that cannot be observed fails with that, and its lock is released")
    void oddStage() {
        UnsupportedOperationException ofTheStage = new UnsupportedOperationException("of the stage");
        CompletableFuture<String> odd = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(BiConsumer<? super String, ? super Throwable> action) {
                throw ofTheStage;
            }
        };

        CompletableFuture<String> result =
                guard.async().call("k", LockOptions.defaults().withHeartbeat(), lock -> odd);

        Await.until("it has ended", result::isDone);
        assertThat(catchThrowable(result::join)).hasCause(ofTheStage);
        assertThat(backend.count("release")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "BLOCKING, RELEASED, ABSENT",
        "BLOCKING, ABSENT, RELEASED",
        "ASYNC, RELEASED, ABSENT",
        "ASYNC, ABSENT, RELEASED"
    })
    @DisplayName(
            "HLD-6, OPT-3 work whose release found the lock keeps its result, though its guard is closed before the answer")
    void closedDuringTheRelease(Way way, ReleaseResult first, ReleaseResult ofClosing) throws Exception {
        PendingCall<ReleaseResult> releasing = PendingCall.answeredAnyway(LockOperation.RELEASE);
        FutureTask<String> working = workThatReleases(way, releasing);
        backend.releases.add(() -> ofClosing);

        FutureTask<?> closing = closingGuard();
        Await.until("the guard has released it too", () -> backend.count("release") == 2);
        releasing.complete(first);

        assertThat(working.get(20, TimeUnit.SECONDS)).isEqualTo("result");
        closing.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "HLD-6, OPT-3 work whose release finds nothing keeps its result if the release of its closing guard, not answered yet, found the lock")
    void closingFoundIt(Way way) throws Exception {
        PendingCall<ReleaseResult> releasing = PendingCall.answeredAnyway(LockOperation.RELEASE);
        FutureTask<String> working = workThatReleases(way, releasing);
        CompletableFuture<ReleaseResult> ofClosing = new CompletableFuture<>();
        backend.releases.add(ofClosing::join);

        FutureTask<?> closing = closingGuard();
        Await.until("the guard releases it too", () -> backend.count("release") == 2);
        releasing.complete(ReleaseResult.ABSENT);
        assertThatThrownBy(() -> working.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        ofClosing.complete(ReleaseResult.RELEASED);

        assertThat(working.get(20, TimeUnit.SECONDS)).isEqualTo("result");
        closing.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "HLD-6, HLD-7 work whose release finds nothing does not wait for a release of its guard beyond the close timeout")
    void closingIsNotAnswered(Way way) throws Exception {
        PendingCall<ReleaseResult> releasing = PendingCall.answeredAnyway(LockOperation.RELEASE);
        FutureTask<String> working = workThatReleases(way, releasing);
        // Forgets the answer, as no backend should.
        PendingCall<ReleaseResult> forgotten = PendingCall.answeredAnyway(LockOperation.RELEASE);
        backend.async().releases.add(forgotten);

        FutureTask<?> closing = closingGuard();
        Await.until("the guard releases it too", () -> backend.count("release") == 2);
        releasing.complete(ReleaseResult.ABSENT);

        assertThatThrownBy(() -> working.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(LockException.class);
        forgotten.complete(ReleaseResult.ABSENT);
        closing.get(20, TimeUnit.SECONDS);
    }

    /** Returns work that has ended, and whose release is under way until a call of it ends. */
    private FutureTask<String> workThatReleases(Way way, PendingCall<ReleaseResult> releasing) {
        FutureTask<String> working;
        if (way == Way.BLOCKING) {
            backend.releases.add(() -> Way.joined(releasing));
            working = new FutureTask<>(() -> guard.<String, RuntimeException>call("k", lock -> "result"));
        } else {
            backend.async().releases.add(releasing);
            working = new FutureTask<>(
                    () -> Way.joined(guard.async().call("k", lock -> CompletableFuture.completedFuture("result"))));
        }
        start(working);
        Await.until("the release is under way", () -> backend.count("release") == 1);
        return working;
    }

    private FutureTask<?> closingGuard() {
        FutureTask<?> closing = new FutureTask<>(guard::close, null);
        start(closing);
        return closing;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    @DisplayName(
            "HLD-6, HLD-7 work that is under way when its guard is closed fails with LOCK_LOST, whatever the release finds")
    void closedDuringTheWork(Way way) {
        LockException e = way == Way.BLOCKING
                ? catchThrowableOfType(
                        LockException.class,
                        () -> guard.<String, RuntimeException>call("k", lock -> {
                            guard.close();
                            return "result";
                        }))
                : failure(guard.async().call("k", lock -> {
                    guard.close();
                    return CompletableFuture.completedFuture("result");
                }));

        assertThat(e.code()).isEqualTo(LockErrorCode.LOCK_LOST);
        assertThat(backend.count("release")).isEqualTo(1);
    }
}
