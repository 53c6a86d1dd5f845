package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisRequestsTest {
    private static final LockId ID = LockId.of("AAAAAAAAAAAAAAAAAAAAAA");
    private static final LockKey KEY = LockKey.of("a\"b\u00e9");
    private static final Ttl TTL = new Ttl(30_000);

    private final RedisRequests requests =
            new RedisRequests(RedisOptions.defaults().withKeyPrefix("app"));

    private static List<String> texts(byte[][] parts) {
        return Arrays.stream(parts)
                .map(part -> new String(part, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    @DisplayName("RDS-2, TIME-3 acquire names lock, index and counter, and an expiry of ttl plus 1000 ms")
    void acquire() {
        RedisCall<AcquireResult> call = requests.acquire(KEY, ID, TTL);

        assertThat(call.script()).isEqualTo(RedisScript.ACQUIRE);
        assertThat(texts(call.keys()))
                .containsExactly("app:a\"b\u00e9", "app:id:AAAAAAAAAAAAAAAAAAAAAA", "app:fence:a\"b\u00e9");
        assertThat(texts(call.arguments()))
                .containsExactly("AAAAAAAAAAAAAAAAAAAAAA", "30000", "31000", "\"a\\\"b\u00e9\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "a\"b",
                "back\\slash",
                "line\nbreak",
                "\u0000",
                "\u001f",
                "\u007f",
                "caf\u00e9",
                "\ud83d\udd12"
            })
    @DisplayName("RDS-3 the key in the lock's JSON is the key, whatever is in it")
    void json(String key) throws JsonProcessingException {
        byte[] text = requests.acquire(LockKey.of(key), ID, TTL).arguments()[3];

        String read = new ObjectMapper().readValue(new String(text, StandardCharsets.UTF_8), String.class);
        assertThat(read).isEqualTo(key);
    }

    @Test
    @DisplayName("TIME-3 each call has its own ttl, whatever the last one had")
    void alternating() {
        for (long millis : new long[] {1, 30_000, 1, 30_000, 5, 5}) {
            List<String> arguments =
                    texts(requests.acquire(KEY, ID, new Ttl(millis)).arguments());

            assertThat(arguments.subList(1, 3)).containsExactly(Long.toString(millis), Long.toString(millis + 1_000));
        }
    }

    @Test
    @DisplayName("RDS-2, KEY-5 a key with a reserved start is stored by its hash, in all three places")
    void reservedKey() {
        List<String> keys = texts(requests.acquire(LockKey.of("id:x"), ID, TTL).keys());

        assertThat(keys.get(0)).matches("app:hash:[A-Za-z0-9_-]{22}");
        assertThat(keys.get(2)).isEqualTo("app:fence:" + keys.get(0).substring("app:".length()));
    }

    @Test
    @DisplayName("RDS-2, TIME-3 the others name what they touch first, and extend the same expiry")
    void others() {
        assertThat(texts(requests.release(ID).keys())).containsExactly("app:id:AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(texts(requests.extend(ID, TTL).arguments()))
                .containsExactly("AAAAAAAAAAAAAAAAAAAAAA", "30000", "31000");
        assertThat(texts(requests.lookup(ID).keys())).containsExactly("app:id:AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(texts(requests.lookup(KEY).keys())).containsExactly("app:a\"b\u00e9");
        assertThat(texts(requests.isLocked(KEY).arguments())).containsExactly("0", "app:id:");
        assertThat(texts(requests.abandon(KEY, ID).keys()))
                .containsExactly("app:a\"b\u00e9", "app:id:AAAAAAAAAAAAAAAAAAAAAA");
        assertThat(texts(requests.abandon(KEY, ID).arguments()))
                .containsExactly("AAAAAAAAAAAAAAAAAAAAAA", "300000", "app:", "a\"b\u00e9");
    }
}
