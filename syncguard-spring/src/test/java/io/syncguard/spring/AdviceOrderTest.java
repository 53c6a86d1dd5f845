package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** The lock beside {@code @Async}, {@code @Retryable} and {@code @Scheduled}. */
class AdviceOrderTest {
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();
    private static final List<FenceToken> FENCES = new CopyOnWriteArrayList<>();

    private static Application application;
    private static Work work;
    private static volatile CompletableFuture<String> result;
    private static volatile CountDownLatch scheduled;

    static class Work {
        @Async
        @Locked("async")
        public void later() {
            SEEN.add(Thread.currentThread().getName().startsWith("worker") + " " + application.isLocked("async"));
        }

        @Async
        @Locked("async")
        public CompletableFuture<String> laterWithFuture(@Nullable HeldLock lock) {
            SEEN.add(Thread.currentThread().getName().startsWith("worker") + " " + lock.isHeld());
            return result;
        }

        @Async
        @Locked(key = "async", ifLocked = IfLocked.SKIP, skipped = "busy")
        public Future<String> laterIfFree() {
            SEEN.add("ran");
            return CompletableFuture.completedFuture("ran");
        }

        @Retryable(maxRetries = 2, delay = 1)
        @Locked("retried")
        public String retried(@Nullable FenceToken fence) {
            FENCES.add(fence);
            if (FENCES.size() < 3) {
                throw new IllegalStateException("attempt " + FENCES.size());
            }
            return "done";
        }

        @Retryable(maxRetries = 5, delay = 5, includes = AcquisitionTimeoutException.class)
        @Locked(key = "retried", waitFor = "0s")
        public String retriedWhileBusy() {
            return "done";
        }

        @Locked(key = "held-over-retries")
        public String holdsOverRetries(Retried retried) {
            return retried.call();
        }

        @Scheduled(fixedDelay = 5)
        @Locked(key = "scheduled", ifLocked = IfLocked.SKIP)
        public void job() {
            SEEN.add("scheduled " + application.isLocked("scheduled"));
            scheduled.countDown();
        }
    }

    static class Retried {
        private final List<Boolean> locked = new ArrayList<>();

        @Retryable(maxRetries = 1, delay = 1)
        public String call() {
            locked.add(application.isLocked("held-over-retries"));
            if (locked.size() == 1) {
                throw new IllegalStateException("on purpose");
            }
            return locked.toString();
        }
    }

    @Configuration
    @EnableLocked
    @EnableAsync
    @EnableResilientMethods
    @EnableScheduling
    static class Beans {
        @Bean
        Work work() {
            return new Work();
        }

        @Bean
        Retried retried() {
            return new Retried();
        }

        @Bean
        @Lazy
        AsyncTaskExecutor taskExecutor() {
            ThreadPoolTaskExecutor workers = new ThreadPoolTaskExecutor();
            workers.setThreadNamePrefix("worker");
            workers.setCorePoolSize(2);
            return workers;
        }
    }

    @BeforeAll
    static void start() {
        scheduled = new CountDownLatch(0);
        application = Application.of(Beans.class);
        application.start();
        work = application.get(Work.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void begin() {
        SEEN.clear();
        FENCES.clear();
        application.holds().clear();
        result = new CompletableFuture<>();
    }

    private static List<String> seen() {
        return SEEN.stream().filter(line -> !line.startsWith("scheduled")).toList();
    }

    @Test
    @DisplayName("@Async: the lock is acquired on the thread that does the work, and the caller goes on")
    void async() throws Exception {
        try (HeldLock held = application.elsewhere().acquire("async")) {
            work.later();
            assertThat(held.isHeld()).isTrue();
        }
        Await.until(() -> seen().equals(List.of("true true")));
        Await.until(() -> !application.isLocked("async"));
    }

    @Test
    @DisplayName("@Async: the lock is held until the future that the method returns is complete")
    void asyncFuture() throws Exception {
        CompletableFuture<String> answer = work.laterWithFuture(null);
        Await.until(() -> seen().equals(List.of("true true")));
        assertThat(application.isLocked("async")).isTrue();

        result.complete("done");

        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("done");
        Await.until(() -> !application.isLocked("async"));
    }

    @Test
    @DisplayName("@Async: a failure of the future that the method returns arrives as it is")
    void asyncFailure() {
        IllegalStateException failure = new IllegalStateException("on purpose");
        CompletableFuture<String> answer = work.laterWithFuture(null);
        result.completeExceptionally(failure);

        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS)).cause().isSameAs(failure);
    }

    @Test
    @DisplayName("@Async: a call that is skipped has a result too")
    void asyncSkipped() throws Exception {
        application.elsewhere().run("async", () -> assertThat(work.laterIfFree().get(20, TimeUnit.SECONDS))
                .isEqualTo("busy"));
        assertThat(work.laterIfFree().get(20, TimeUnit.SECONDS)).isEqualTo("ran");
    }

    @Test
    @DisplayName("@Retryable: each attempt acquires the lock anew, with a fence of its own")
    void retried() {
        assertThat(work.retried(null)).isEqualTo("done");

        assertThat(FENCES).hasSize(3).doesNotHaveDuplicates().isSorted();
        assertThat(application.holds().stream().filter("acquired retried"::equals))
                .hasSize(3);
    }

    @Test
    @DisplayName("@Retryable: a lock that is taken is a failure that may be retried")
    void retriedWhileBusy() throws Exception {
        HeldLock held = application.elsewhere().acquire("retried");
        CompletableFuture<String> call = CompletableFuture.supplyAsync(work::retriedWhileBusy, Runnable::run);
        assertThatThrownBy(call::join).hasCauseInstanceOf(AcquisitionTimeoutException.class);
        held.close();
        assertThat(work.retriedWhileBusy()).isEqualTo("done");
    }

    @Test
    @DisplayName("@Retryable in another bean, called by a locked method, has one lock over all attempts")
    void oneLockForAllAttempts() {
        assertThat(work.holdsOverRetries(application.get(Retried.class))).isEqualTo("[true, true]");
    }

    private static long runsOfJob() {
        return application.holds().stream().filter("acquired scheduled"::equals).count();
    }

    @Test
    @DisplayName("@Scheduled: the job runs under its lock, and is skipped while another process has it")
    void scheduled() throws Exception {
        scheduled = new CountDownLatch(2);
        Await.on(scheduled);
        assertThat(SEEN).contains("scheduled true").doesNotContain("scheduled false");

        HeldLock held = application.elsewhere().acquire("scheduled");
        SEEN.clear();
        long runs = runsOfJob();
        scheduled = new CountDownLatch(1);
        assertThat(scheduled.await(50, TimeUnit.MILLISECONDS))
                .as("a run while the lock is taken")
                .isFalse();
        assertThat(runsOfJob()).isEqualTo(runs);
        held.close();
        Await.on(scheduled);
    }
}
