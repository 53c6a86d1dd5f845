package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Kotlin's suspend functions. */
class SuspendFunctionTest {
    private static Application application;
    private static SuspendingAccounts accounts;

    @Configuration
    @EnableLocked
    static class Beans {
        @Bean
        SuspendingAccounts accounts() {
            return new SuspendingAccounts(key -> application.isLocked(key));
        }

        @Bean
        LockedDefaults defaults() {
            return LockedDefaults.defaults().withWaitFor(Duration.ofMinutes(2));
        }
    }

    @BeforeAll
    static void start() {
        application = Application.of(Beans.class);
        application.start();
        accounts = application.get(SuspendingAccounts.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("the lock is held until the coroutine returns, and it receives the lock")
    void returns() throws Exception {
        assertThat(get(Coroutines.post(accounts, "1"))).isEqualTo("true true");
        assertThat(application.isLocked("account-1")).isFalse();
        assertThat(application.holds()).contains("acquired account-1", "released account-1");
    }

    @Test
    @DisplayName("an exception releases the lock and arrives as it is")
    void fails() {
        assertThatThrownBy(() -> get(Coroutines.fails(accounts, "2")))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("on purpose with 2");
        assertThat(application.isLocked("account-2")).isFalse();
    }

    @Test
    @DisplayName("the call waits without a thread, and is skipped if it may be")
    void waits() throws Exception {
        CompletableFuture<String> waiting;
        try (HeldLock held = application.elsewhere().acquire("account-3")) {
            waiting = Coroutines.post(accounts, "3");
            assertThat(held.isHeld()).isTrue();
            assertThat(waiting).isNotDone();
            assertThat(get(Coroutines.skips(accounts, "3"))).isNull();
        }
        assertThat(get(waiting)).isEqualTo("true true");
        assertThat(get(Coroutines.skips(accounts, "3"))).isEqualTo("ran");
    }

    @Test
    @DisplayName("cancelling the coroutine cancels the function and releases the lock, and ends a wait")
    void cancelled() throws Exception {
        CompletableFuture<?> working = Coroutines.never(accounts, "4");
        Await.on(Seen.ENTERED);
        assertThat(application.isLocked("account-4")).isTrue();
        CompletableFuture<?> waiting = Coroutines.post(accounts, "4");

        assertThat(application.acquiring()).isOne();
        waiting.cancel(true);
        Await.until(() -> application.acquiring() == 0);
        working.cancel(true);

        Await.until(() -> !application.isLocked("account-4"));
        Await.until(Seen.CANCELLED::get);
        assertThat(application.elsewhere().tryRun("account-4", () -> {})).isTrue();
        assertThat(application.holds().stream().filter("acquired account-4"::equals))
                .hasSize(1);
    }

    @Test
    @DisplayName("a flow holds the lock while it is collected")
    void flow() {
        assertThat(Coroutines.statements(accounts, "5")).isEqualTo(List.of("true", "true"));
        assertThat(application.isLocked("account-5")).isFalse();
    }
}
