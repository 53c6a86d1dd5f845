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
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testservers.SharedRedis;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.UnifiedJedis;

/** What becomes of a counter at its end. */
public abstract class CounterLimit {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @Test
    @DisplayName("RDS-7, FEN-3 beyond the last token the count is taken back and nothing is written")
    protected void takenBack() {
        String prefix = "test-" + UUID.randomUUID();
        try (UnifiedJedis raw = JedisClients.create(SharedRedis.uri());
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
    @ValueSource(longs = {899_999_999_999_998L, 800_000_000_000_000L, 500_000_000_000_000L})
    @DisplayName("FEN-1 a counter that is ahead of the clock counts on by ones; tokens are exact and of 15 digits")
    protected void aheadOfTheClock(long before) {
        String prefix = "test-" + UUID.randomUUID();
        try (UnifiedJedis raw = JedisClients.create(SharedRedis.uri());
                LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix)) {
            raw.set(prefix + ":fence:job", Long.toString(before));

            for (long next = before + 1; next <= before + 2; next++) {
                LockId id = LockId.random();
                Acquired acquired = (Acquired) backend.acquire(LockKey.of("job"), id, new Ttl(30_000));

                assertThat(acquired.fence().value()).isEqualTo(next);
                assertThat(raw.get(prefix + ":job")).contains("\"fence\":\"" + next + "\"");
                assertThat(raw.get(prefix + ":fence:job")).isEqualTo(Long.toString(next));
                assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "7", "000000000000007", "1999999999", "4294967295", "99999999999999", "170000000000000"})
    @DisplayName("FEN-1 a counter that is behind the clock gets there, whoever counted")
    protected void behindTheClock(String before) {
        String prefix = "test-" + UUID.randomUUID();
        try (UnifiedJedis raw = JedisClients.create(SharedRedis.uri());
                LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix)) {
            raw.set(prefix + ":fence:job", before);
            long from = serverMicros(raw) / 10;

            Acquired acquired = (Acquired) backend.acquire(LockKey.of("job"), LockId.random(), new Ttl(30_000));

            assertThat(acquired.fence().value()).isBetween(from, serverMicros(raw) / 10);
            assertThat(raw.get(prefix + ":fence:job"))
                    .isEqualTo(acquired.fence().toString());
        }
    }

    private static long serverMicros(UnifiedJedis raw) {
        Object micros = raw.eval("local time = redis.call('TIME') return time[1] .. string.format('%06d', time[2])");
        return Long.parseLong((String) micros);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hello", "-5", "1.5", "1e5", "0x10", "hello, world 12", "9-8-7-6-5-4-3-2", "1234567890123456"
            })
    @DisplayName("ERR-3, RDS-7 what is no counter of ours is left as it was, and nothing is written")
    protected void foreign(String before) {
        String prefix = "test-" + UUID.randomUUID();
        for (String retention : List.of("", "&fenceRetention=1d")) {
            try (UnifiedJedis raw = JedisClients.create(SharedRedis.uri());
                    LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix + retention)) {
                raw.set(prefix + ":fence:job", before);

                assertThatThrownBy(() -> backend.acquire(LockKey.of("job"), LockId.random(), new Ttl(30_000)))
                        .isInstanceOfSatisfying(
                                LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL));

                assertThat(raw.keys(prefix + ":*")).containsExactly(prefix + ":fence:job");
                assertThat(raw.get(prefix + ":fence:job")).isEqualTo(before);
                assertThat(raw.ttl(prefix + ":fence:job"))
                        .as("an expiry, by which it would be deleted")
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    @DisplayName("FEN-4 with a retention counters expire that long after the last acquire, and without one they stay")
    protected void retention() {
        String prefix = "test-" + UUID.randomUUID();
        String counter = prefix + ":fence:job";
        LockKey key = LockKey.of("job");
        long day = Duration.ofDays(1).toMillis();
        try (UnifiedJedis raw = JedisClients.create(SharedRedis.uri());
                LockBackend forgetting = open(SharedRedis.uri() + "?fenceRetention=1d&keyPrefix=" + prefix);
                LockBackend keeping = open(SharedRedis.uri() + "?keyPrefix=" + prefix)) {
            Acquired first = taken(forgetting, key);
            assertThat(raw.pttl(counter)).isBetween(day - Duration.ofMinutes(5).toMillis(), day);

            raw.set(counter, Long.toString(FenceToken.MAX_VALUE - 5));
            raw.pexpire(counter, 1_000_000);
            Acquired ahead = taken(forgetting, key);
            assertThat(ahead.fence()).isGreaterThan(first.fence());
            assertThat(raw.pttl(counter)).as("after an acquire that counts on").isGreaterThan(day / 2);

            Acquired kept = taken(keeping, key);
            assertThat(kept.fence()).isGreaterThan(ahead.fence());
            assertThat(raw.pttl(counter)).as("without a retention").isEqualTo(-1);
        }
    }

    private static Acquired taken(LockBackend backend, LockKey key) {
        LockId id = backend.newLockId(key);
        Acquired acquired = (Acquired) backend.acquire(key, id, new Ttl(30_000));
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
        return acquired;
    }
}
