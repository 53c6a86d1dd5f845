package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockRecord;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ReleaseResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisRepliesTest {
    private static final Fingerprinted LOCK = () -> "ba7816bf8f01cfea414140de";
    private static final String JSON =
            "{\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"expiresAtMs\":5000,\"acquiredAtMs\":2000,"
                    + "\"fence\":\"000000000000042\",\"key\":\"k\"}";

    private static byte[] reply(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("ACQ-1, ACQ-2 what acquire replies")
    void acquire() {
        assertThat(RedisReplies.acquire(reply("A0000000000000425000"), LOCK))
                .isEqualTo(new Acquired(new FenceToken(42), Instant.ofEpochMilli(5_000)));
        assertThat(RedisReplies.acquire(reply("C5000,3500"), LOCK))
                .isEqualTo(Contended.until(Instant.ofEpochMilli(6_000), Duration.ofMillis(3_500)));
        assertFails(RedisReplies::acquire, "X", LockErrorCode.ABORTED);
        assertFails(RedisReplies::acquire, "I", LockErrorCode.INVALID_ARGUMENT);
        assertFails(RedisReplies::acquire, "O", LockErrorCode.INTERNAL);
    }

    @Test
    @DisplayName("REL-2, EXT-2, CHK-1 what the other mutations and the check reply")
    void others() {
        assertThat(RedisReplies.release(reply("R"), LOCK, null)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(RedisReplies.release(reply("N"), LOCK, null)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(RedisReplies.extend(reply("E5000"), LOCK)).isEqualTo(new Extended(Instant.ofEpochMilli(5_000)));
        assertThat(RedisReplies.extend(reply("N"), LOCK)).isEqualTo(new Absent());
        assertThat(RedisReplies.isLocked(reply("L"), LOCK)).isTrue();
        assertThat(RedisReplies.isLocked(reply("U"), LOCK)).isFalse();
    }

    @Test
    @DisplayName("LKP-1, LKP-3, TIME-2 a lookup applies the liveness predicate and never tells a negative time")
    void lookup() {
        assertThat(RedisReplies.lookup(reply("N"), LOCK)).isEmpty();
        LockRecord record = RedisReplies.lookup(reply("V4000," + JSON), LOCK).orElseThrow();
        assertThat(record.remaining()).isEqualTo(Duration.ofSeconds(1));
        assertThat(record.fence()).isEqualTo(new FenceToken(42));
        assertThat(record.key()).isEqualTo("k");
        assertThat(RedisReplies.lookup(reply("V5999," + JSON), LOCK).map(LockRecord::remaining))
                .contains(Duration.ZERO);
        assertThat(RedisReplies.lookup(reply("V6000," + JSON), LOCK)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "null",
                "\"text\"",
                "{",
                "{}",
                "{\"lockId\":7,\"expiresAtMs\":5000,\"acquiredAtMs\":2000,\"fence\":\"000000000000042\",\"key\":\"k\"}",
                "{\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"expiresAtMs\":\"x\",\"acquiredAtMs\":2000,\"fence\":\"1\",\"key\":\"\"}",
                "{\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"expiresAtMs\":5000,\"acquiredAtMs\":2000,\"fence\":null,\"key\":\"k\"}",
                "{\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"expiresAtMs\":5000,\"acquiredAtMs\":2000,"
                        + "\"fence\":\"000000000000042\",\"key\":null}",
                "{\"lockId\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"expiresAtMs\":99999999999999999999,\"acquiredAtMs\":2000,"
                        + "\"fence\":\"000000000000042\",\"key\":\"k\"}"
            })
    @DisplayName("ERR-3 a value that is no lock of ours is INTERNAL, whatever it is, and is not shown")
    void foreignValue(String json) {
        assertFails(RedisReplies::lookup, "V4000," + json, LockErrorCode.INTERNAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "A",
                "A42",
                "Axxxxxxxxxxxxxxxyyyy",
                "A00000000000004299999999999999999999",
                "C",
                "C5000",
                "Cx,1",
                "C99999999999999999999,1",
                "R>",
                "R!17",
                "R,17,key",
                "E",
                "Ex",
                "V",
                "V4000",
                "Vx,{}",
                "Fhash",
                "F"
            })
    @DisplayName("ERR-3 a reply that cannot be read is INTERNAL, never another exception")
    void unreadable(String text) {
        List<BiFunction<Object, Fingerprinted, Object>> readers = List.of(
                RedisReplies::acquire,
                (reply, lock) -> RedisReplies.release(reply, lock, null),
                RedisReplies::extend,
                RedisReplies::isLocked,
                RedisReplies::lookup);
        for (BiFunction<Object, Fingerprinted, Object> reader : readers) {
            assertFails(reader, text, LockErrorCode.INTERNAL);
        }
        assertThatThrownBy(() -> RedisReplies.acquire(null, LOCK)).isInstanceOf(LockException.class);
        assertThatThrownBy(() -> RedisReplies.acquire(7L, LOCK)).isInstanceOf(LockException.class);
    }

    private static void assertFails(BiFunction<Object, Fingerprinted, Object> reader, String text, LockErrorCode code) {
        assertThatThrownBy(() -> reader.apply(reply(text), LOCK))
                .as("reading '%s'", text)
                .isInstanceOfSatisfying(LockException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.getCause()).isNull();
                    assertThat(e.getMessage()).doesNotContain("AAAA");
                });
    }
}
