package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.spi.WakeUps;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisWakeUpsTest {
    private static final RedisOptions OPTIONS =
            RedisOptions.defaults().withKeyPrefix("app").withRejectLongKeys(true);

    private final RedisRequests requests = new RedisRequests(OPTIONS);
    private final RedisLockBackend backend =
            RedisLockBackend.over("none", requests, OPTIONS, new NoCalls(), (channels, hearer) -> new NoSubscription());
    private final WakeUps wakeUps = backend.wakeUps().orElseThrow();

    @Test
    @DisplayName("WAI-3, OPT-4 a key that is too long is nothing to hold back for; its attempt says what is wrong")
    void tooLong() {
        requests.turns().wokenElsewhere("key", "1", true);

        assertThat(wakeUps.holdBack(LockKey.of("x".repeat(2_000)))).isZero();
        assertThat(wakeUps.standAside(LockKey.of("x".repeat(2_000)))).isZero();
    }

    /** Nothing here is to make a call. */
    private static final class NoCalls implements RedisTransport.Async {
        @Override
        public <T> T call(RedisCall<T> call) {
            throw new AssertionError("a call");
        }

        @Override
        public <T> CompletableFuture<T> send(RedisCall<T> call) {
            throw new AssertionError("a call");
        }

        @Override
        public void requireWait() {}

        @Override
        public void close() {}
    }

    private static final class NoSubscription implements RedisWakeUps.Subscription {
        @Override
        public void start(int shard) {
            throw new AssertionError("a subscription");
        }

        @Override
        public boolean isLive(int shard) {
            return false;
        }

        @Override
        public void close() {}
    }
}
