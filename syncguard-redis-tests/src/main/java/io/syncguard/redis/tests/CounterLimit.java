package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** What becomes of a counter at its end. */
public abstract class CounterLimit {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @Test
    @DisplayName("RDS-7, FEN-3 beyond the last token the count is taken back and nothing is written")
    protected void takenBack() {
        String prefix = "test-" + UUID.randomUUID();
        try (RedisClient raw = RedisClient.create(SharedRedis.uri());
                LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix)) {
            raw.set(prefix + ":fence:job", Long.toString(FenceToken.MAX_VALUE));

            assertThatThrownBy(() -> backend.acquire(LockKey.of("job"), LockId.random(), new Ttl(30_000)))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL));

            assertThat(raw.keys(prefix + ":*")).containsExactly(prefix + ":fence:job");
            assertThat(raw.get(prefix + ":fence:job")).isEqualTo(Long.toString(FenceToken.MAX_VALUE));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1_999_999_999L, 2_147_483_647L, 4_294_967_295L, 899_999_999_999_999L})
    @DisplayName("FEN-1 tokens are exact and of 15 digits, however large")
    protected void largeTokens(long before) {
        String prefix = "test-" + UUID.randomUUID();
        try (RedisClient raw = RedisClient.create(SharedRedis.uri());
                LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix)) {
            raw.set(prefix + ":fence:job", Long.toString(before));

            Acquired acquired = (Acquired) backend.acquire(LockKey.of("job"), LockId.random(), new Ttl(30_000));

            assertThat(acquired.fence().value()).isEqualTo(before + 1);
            assertThat(raw.get(prefix + ":job")).contains("\"fence\":\"" + String.format("%015d", before + 1) + "\"");
        }
    }
}
