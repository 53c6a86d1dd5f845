package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.AcquisitionTimeoutException;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** Methods with several locks. */
class SeveralLocksTest {
    private static Application application;
    private static Accounts accounts;

    static class Accounts {
        private final AtomicInteger transfers = new AtomicInteger();

        @Locked("account-#{#from}")
        @Locked("account-#{#to}")
        public int transfer(String from, String to) {
            return transfers.incrementAndGet();
        }

        @Locked("account-#{#from}")
        @Locked("account-#{#to}")
        public CompletableFuture<Integer> transferLater(String from, String to) {
            return CompletableFuture.completedFuture(transfers.incrementAndGet());
        }

        @Locked("account-#{#from}")
        @Locked("account-#{#to}")
        public Mono<Integer> transferOnSubscription(String from, String to) {
            return Mono.fromCallable(transfers::incrementAndGet);
        }

        @Locked(key = "account-#{#from}", waitFor = "50ms")
        @Locked("account-#{#to}")
        public int transferSoon(String from, String to) {
            return transfers.incrementAndGet();
        }

        @Locked("account-#{#from}")
        @Locked(key = "account-#{#to}", ifLocked = IfLocked.SKIP, skipped = "-1")
        public int transferIfFree(String from, String to) {
            return transfers.incrementAndGet();
        }

        @Locked("account-#{#from}")
        @Locked(key = "account-#{#to}", ifLocked = IfLocked.SKIP, skipped = "-1")
        public CompletableFuture<Integer> transferLaterIfFree(String from, String to) {
            return transferLater(from, to);
        }

        @Locked("account-#{#from}")
        @Locked(key = "account-#{#to}", ifLocked = IfLocked.SKIP, skipped = "-1")
        public Mono<Integer> transferOnSubscriptionIfFree(String from, String to) {
            return transferOnSubscription(from, to);
        }

        @Locked(key = "account-#{#from}", minHold = "20s", waitFor = "1ms")
        @Locked("account-#{#to}")
        public void transferForLong(String from, String to) {}

        @Locked(key = "account-#{#from}", ttl = "100s", name = "from")
        @Locked(key = "account-#{#to}", ttl = "200s", name = "to")
        public List<Object> fences(
                String from,
                String to,
                @Nullable FenceToken ofFrom,
                @Nullable HeldLock from2,
                @Nullable FenceToken ofTo,
                @Nullable HeldLock to2) {
            return List.of(
                    from2.name().orElseThrow(),
                    to2.name().orElseThrow(),
                    ofFrom.equals(from2.fence()),
                    ofTo.equals(to2.fence()));
        }
    }

    @Configuration
    @EnableLocked
    static class Beans {
        @Bean
        Accounts accounts() {
            return new Accounts();
        }

        @Bean
        LockedDefaults defaults() {
            return LockedDefaults.defaults().withWaitFor(Duration.ofSeconds(20));
        }
    }

    @BeforeAll
    static void start() {
        application = Application.started(Beans.class);
        accounts = application.get(Accounts.class);
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @BeforeEach
    void forget() {
        application.holds().clear();
    }

    @Test
    @DisplayName("locks are acquired in the order of their keys, and released in the reverse order")
    void order() throws Exception {
        String[] expected = {"acquired account-a", "acquired account-b", "released account-b", "released account-a"};

        assertThat(accounts.transfer("b", "a")).isPositive();
        assertThat(application.holds()).containsExactly(expected);
        application.holds().clear();
        assertThat(accounts.transferLater("b", "a").get(20, TimeUnit.SECONDS)).isPositive();
        assertThat(application.holds()).containsExactly(expected);
        application.holds().clear();
        assertThat(accounts.transferOnSubscription("b", "a").block(Await.PATIENCE))
                .isPositive();
        assertThat(application.holds()).containsExactly(expected);
    }

    @Test
    @DisplayName("equal keys are one lock")
    void equalKeys() {
        assertThat(accounts.transfer("a", "a")).isPositive();
        assertThat(application.holds()).containsExactly("acquired account-a", "released account-a");
        assertThat(accounts.fences("a", "a", null, null, null, null)).containsExactly("from", "from", true, true);
    }

    @Test
    @DisplayName("parameters receive the locks in the order of the annotations, whatever the order of the keys")
    void parameters() {
        assertThat(accounts.fences("a", "b", null, null, null, null)).containsExactly("from", "to", true, true);
        assertThat(accounts.fences("b", "a", null, null, null, null)).containsExactly("from", "to", true, true);
    }

    @Test
    @DisplayName("a lock that cannot be had releases those before it, and one wait is for all")
    void allOrNothing() {
        application.elsewhere().run("account-b", () -> {
            long began = System.nanoTime();
            assertThatThrownBy(() -> accounts.transferSoon("a", "b"))
                    .isInstanceOf(AcquisitionTimeoutException.class)
                    .hasMessageContaining("Accounts.transferSoon");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            assertThat(application.isLocked("account-a")).isFalse();
        });
        assertThat(application.holds()).containsExactly("acquired account-a", "released account-a");
    }

    @Test
    @DisplayName("a call is skipped if one of its locks is taken, and the others are released")
    void skipped() throws Exception {
        application.elsewhere().run("account-b", () -> {
            assertThat(accounts.transferIfFree("a", "b")).isEqualTo(-1);
            assertThat(accounts.transferLaterIfFree("a", "b").get(20, TimeUnit.SECONDS))
                    .isEqualTo(-1);
            assertThat(accounts.transferOnSubscriptionIfFree("a", "b").block(Await.PATIENCE))
                    .isEqualTo(-1);
            assertThat(application.isLocked("account-a")).isFalse();
        });
        assertThat(application.holds())
                .containsExactly(
                        "acquired account-a",
                        "released account-a",
                        "acquired account-a",
                        "released account-a",
                        "acquired account-a",
                        "released account-a");
        assertThat(accounts.transferIfFree("a", "b")).isPositive();
    }

    @Test
    @DisplayName("a minimum hold begins when all locks are held, and a call that does not run leaves none behind")
    void minimumHold() {
        application.elsewhere().run("account-z", () -> {
            assertThatThrownBy(() -> accounts.transferForLong("y", "z"))
                    .isInstanceOf(AcquisitionTimeoutException.class);
            assertThat(application.isLocked("account-y")).isFalse();
        });

        accounts.transferForLong("y", "z");

        assertThat(application.isLocked("account-y")).isTrue();
        assertThat(application.isLocked("account-z")).isFalse();
        application.locks().advance(Duration.ofSeconds(21));
        assertThat(application.isLocked("account-y")).isFalse();
    }

    @Test
    @DisplayName("methods that need the same locks in opposite orders do not wait for each other for ever")
    void noDeadlock() throws Exception {
        int rounds = 100;
        int before = accounts.transfer("x", "y");
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (String[] way : new String[][] {{"a", "b"}, {"b", "a"}}) {
                calls.add(threads.submit(() -> {
                    for (int i = 0; i < rounds; i++) {
                        together.await(20, TimeUnit.SECONDS);
                        accounts.transfer(way[0], way[1]);
                    }
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(accounts.transfer("x", "y")).isEqualTo(before + 2 * rounds + 1);
    }
}
