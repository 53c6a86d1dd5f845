package io.syncguard.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** Locked methods on a real Redis. */
class LockedOnRedisTest {
    private static final String ADDRESS =
            SharedRedis.uri() + "?operationTimeoutMillis=20000&keyPrefix=test-" + UUID.randomUUID();

    static class Payments {
        private final SyncGuard elsewhere;

        Payments(SyncGuard elsewhere) {
            this.elsewhere = elsewhere;
        }

        @Locked("account-#{#id}")
        public FenceToken pay(int id, @Nullable FenceToken fence) {
            assertThat(elsewhere.lookup("account-" + id).orElseThrow().fence()).isEqualTo(fence);
            return fence;
        }

        @Locked("account-#{#id}")
        public CompletableFuture<FenceToken> payLater(int id, @Nullable FenceToken fence) {
            return CompletableFuture.completedFuture(fence);
        }

        @Locked("account-#{#id}")
        public Mono<FenceToken> payOnSubscription(int id, @Nullable FenceToken fence) {
            return Mono.just(fence);
        }
    }

    @Configuration
    @EnableLocked
    static class Beans {
        @Bean
        SyncGuard guard() {
            return SyncGuard.connect(ADDRESS);
        }

        @Bean
        Payments payments(SyncGuard guard) {
            return new Payments(guard);
        }

        @Bean
        LockedDefaults defaults() {
            return LockedDefaults.defaults().withWaitFor(Duration.ofSeconds(30));
        }
    }

    @Test
    @DisplayName("each way to return is locked on Redis, with fencing tokens that rise")
    void pays() throws Exception {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Beans.class);
                SyncGuard elsewhere = SyncGuard.connect(ADDRESS)) {
            Payments payments = context.getBean(Payments.class);

            FenceToken first = payments.pay(42, null);
            CompletableFuture<FenceToken> second;
            try (HeldLock held = elsewhere.acquire("account-42")) {
                assertThat(held.fence()).isGreaterThan(first);
                second = payments.payLater(42, null);
                assertThat(second).isNotDone();
            }
            FenceToken third = payments.payOnSubscription(42, null).block(Await.PATIENCE);

            assertThat(second.get(20, TimeUnit.SECONDS)).isGreaterThan(first);
            assertThat(third).isGreaterThan(first);
            assertThat(elsewhere.isLocked("account-42")).isFalse();
        }
    }
}
