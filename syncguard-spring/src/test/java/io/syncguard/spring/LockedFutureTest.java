package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.AsyncHeldLock;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockLostException;
import io.syncguard.LossPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Methods that return futures. */
class LockedFutureTest {
    private static Application application;
    private static Jobs jobs;
    private static volatile CompletableFuture<String> work;
    private static volatile int begun;

    static class Jobs {
        @Locked("job-#{#number}")
        public CompletableFuture<String> begin(String number) {
            begun++;
            return work;
        }

        @Locked("job-1")
        public CompletionStage<FenceToken> fence(@Nullable FenceToken fence, @Nullable AsyncHeldLock lock) {
            return CompletableFuture.completedFuture(fence.equals(lock.fence()) ? fence : null);
        }

        @Locked("job-1")
        public CompletableFuture<String> fails() {
            throw new IllegalStateException("on purpose");
        }

        @Locked(key = "job-1", ifLocked = IfLocked.SKIP)
        public CompletableFuture<Optional<String>> skips() {
            begun++;
            return CompletableFuture.completedFuture(Optional.of("ran"));
        }

        @Locked(key = "job-1", ifLocked = IfLocked.SKIP, waitFor = "1ms", skipped = "-1")
        public CompletableFuture<Integer> skipsWithNumber() {
            begun++;
            return CompletableFuture.completedFuture(1);
        }

        @Locked(key = "job-1", waitFor = "1ms")
        public CompletableFuture<Integer> waitsBriefly() {
            begun++;
            return CompletableFuture.completedFuture(1);
        }

        @Locked(key = "job-1", ttl = "3s", lossPolicy = LossPolicy.INTERRUPT)
        public CompletableFuture<String> interrupted() {
            return work;
        }

        @Locked(key = "job-1", ttl = "3s", heartbeat = false)
        public CompletableFuture<String> brief() {
            return work;
        }
    }

    @Configuration
    @EnableLocked
    static class Beans {
        @Bean
        Jobs jobs() {
            return new Jobs();
        }

        @Bean
        LockedDefaults defaults() {
            return LockedDefaults.defaults().withWaitFor(Duration.ofMinutes(2));
        }
    }

    @BeforeAll
    static void start() {
        application = Application.started(Beans.class);
        jobs = application.get(Jobs.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void begin() {
        work = new CompletableFuture<>();
        begun = 0;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("the lock is held until the future of the method is complete")
    void heldUntilComplete() throws Exception {
        CompletableFuture<String> result = jobs.begin("1");

        assertThat(begun).isOne();
        assertThat(application.isLocked("job-1")).isTrue();
        assertThat(result).isNotDone();
        work.complete("done");
        assertThat(get(result)).isEqualTo("done");
        assertThat(application.isLocked("job-1")).isFalse();
    }

    @Test
    @DisplayName("the caller does not wait for a lock that is taken, and the method begins when it is free")
    void doesNotBlock() throws Exception {
        HeldLock held = application.elsewhere().acquire("job-1");
        CompletableFuture<String> result = jobs.begin("1");

        assertThat(begun).isZero();
        held.close();
        Await.until(() -> begun == 1);
        work.complete("done");
        assertThat(get(result)).isEqualTo("done");
    }

    @Test
    @DisplayName("a failure of the method, thrown or in its future, releases the lock and arrives as it is")
    void failure() {
        IllegalStateException failure = new IllegalStateException("on purpose");
        CompletableFuture<String> result = jobs.begin("1");
        work.completeExceptionally(failure);

        assertThatThrownBy(() -> get(result))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(failure);
        assertThatThrownBy(() -> get(jobs.fails())).cause().hasMessage("on purpose");
        assertThat(application.isLocked("job-1")).isFalse();
    }

    @Test
    @DisplayName("failures of the lock are in the future, a key without a value too")
    void lockFailure() {
        assertThatThrownBy(() -> get(jobs.begin(null))).cause().isInstanceOf(InvalidArgumentException.class);
        application.elsewhere().run("job-1", () -> assertThatThrownBy(() -> get(jobs.waitsBriefly()))
                .cause()
                .isInstanceOf(AcquisitionTimeoutException.class));
        assertThat(begun).isZero();
    }

    @Test
    @DisplayName("cancelling the future ends the wait, and the method never begins")
    void cancelledWait() throws InterruptedException {
        CompletableFuture<String> result;
        try (HeldLock held = application.elsewhere().acquire("job-1")) {
            assertThat(held.isHeld()).isTrue();
            result = jobs.begin("1");

            assertThat(application.acquiring()).isOne();
            assertThat(result.cancel(true)).isTrue();
            Await.until(() -> application.acquiring() == 0);
        }

        assertThatThrownBy(result::join).isInstanceOf(CancellationException.class);
        assertThat(application.elsewhere().tryRun("job-1", () -> {})).isTrue();
        assertThat(begun).isZero();
    }

    @Test
    @DisplayName("a future that times out ends the wait too")
    void timedOutWait() throws Exception {
        application.elsewhere().run("job-1", () -> {
            CompletableFuture<String> result = jobs.begin("1").orTimeout(10, TimeUnit.MILLISECONDS);
            assertThatThrownBy(() -> get(result)).cause().isInstanceOf(java.util.concurrent.TimeoutException.class);
        });
        assertThat(application.elsewhere().tryRun("job-1", () -> {})).isTrue();
        assertThat(begun).isZero();
    }

    @Test
    @DisplayName("cancelling the future later does not release the lock before the work ends")
    void cancelledWork() throws Exception {
        CompletableFuture<String> result = jobs.begin("1");

        result.cancel(true);
        assertThat(application.isLocked("job-1")).isTrue();
        assertThat(work).isNotDone();
        work.complete("done");
        Await.until(() -> !application.isLocked("job-1"));
    }

    @Test
    @DisplayName("a call is skipped with what its future has then")
    void skipped() throws Exception {
        application.elsewhere().run("job-1", () -> {
            assertThat(get(jobs.skips())).isEmpty();
            assertThat(get(jobs.skipsWithNumber())).isEqualTo(-1);
        });
        assertThat(begun).isZero();
        assertThat(get(jobs.skips())).contains("ran");
        assertThat(get(jobs.skipsWithNumber())).isOne();
    }

    @Test
    @DisplayName("a parameter receives the lock or its fencing token")
    void fence() throws Exception {
        assertThat(get(jobs.fence(null, null).toCompletableFuture())).isNotNull();
    }

    @Test
    @DisplayName("a lost lock fails the future once the work ends")
    void lost() {
        CompletableFuture<String> result = jobs.brief();
        application.locks().advance(Duration.ofSeconds(30));
        work.complete("done");

        assertThatThrownBy(() -> get(result)).cause().isInstanceOf(LockLostException.class);
    }

    @Test
    @DisplayName("a lost lock may interrupt the work: it cancels the future of the method")
    void interrupted() {
        CompletableFuture<String> result = jobs.interrupted();
        application.locks().loseLock("job-1");
        application.locks().advance(Duration.ofMillis(1_100));

        assertThatThrownBy(() -> get(result)).cause().isInstanceOf(LockLostException.class);
        assertThat(work).isCancelled();
    }
}
