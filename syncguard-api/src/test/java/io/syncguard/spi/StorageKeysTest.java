package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.Fingerprint;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageKeysTest {
    private final StorageKeys keys = StorageKeys.under("app");

    private String stored(String key) {
        return keys.stored(LockKey.of(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a/b", "a:b", "ids:x", "fencepost", "x:id:y", "id", "fence", "hash", "wait", "waiter:x"})
    @DisplayName("KEY-3 an ordinary key is stored as it is")
    void ordinary(String key) {
        assertThat(stored(key)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id:x", "fence:x", "hash:x", "wait:x", "id:", "fence::"})
    @DisplayName(
            "KEY-5, KEY-6, KEY-8 a key with a reserved start is stored by its hash, which has its fingerprint in it")
    void reserved(String key) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        String expected = "hash:" + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));

        assertThat(stored(key)).isEqualTo(expected).hasSize(27);
        assertThat(Fingerprint.ofStored(stored(key))).isEqualTo(LockKey.of(key).fingerprint());
        assertThat(Fingerprint.ofStored("orders"))
                .isEqualTo(LockKey.of("orders").fingerprint());
    }

    @Test
    @DisplayName("KEY-4 512 bytes of UTF-8 are stored as they are, 513 by their hash")
    void limit() {
        for (String letter : new String[] {"x", "\u00e9", "\u20ac", "\ud83d\udd12"}) {
            int size = letter.getBytes(StandardCharsets.UTF_8).length;
            String within = letter.repeat(512 / size) + "x".repeat(512 % size);

            assertThat(stored(within)).isEqualTo(within);
            assertThat(stored(within + "x")).startsWith("hash:");
        }
    }

    @Test
    @DisplayName("KEY-4, KEY-8 a backend can be told to refuse long keys, which it does without showing them")
    void refused() {
        StorageKeys strict = StorageKeys.under("app", true);
        String longKey = "secret".repeat(100);

        assertThatThrownBy(() -> strict.stored(LockKey.of(longKey))).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).contains("512").doesNotContain("secret");
        });
        assertThat(strict.stored(LockKey.of("fence:x"))).startsWith("hash:");
    }

    @Test
    @DisplayName("KEY-5 no two keys meet, nor does a key meet an index or a counter")
    void injective() {
        Random random = new Random(42);
        String[] parts = {"id", "fence", "hash", "wait", ":", "a", "b", "/", "", "app", "\u00e9"};
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(6) + 1; n > 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            if (!text.isEmpty()) {
                LockKey key = LockKey.of(text.toString());
                claim(owners, keys.lock(keys.stored(key)), "lock of " + key.value());
                claim(owners, keys.fence(keys.stored(key)), "counter of " + key.value());
            }
        }
        claim(owners, keys.index(LockId.random()), "an index");
    }

    private static void claim(Map<String, String> owners, String place, String owner) {
        assertThat(owners.putIfAbsent(place, owner)).as(place).isIn(null, owner);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "\t",
                "app:",
                ":",
                "app::",
                "id",
                "fence",
                "hash",
                "app:fence",
                "fence:app",
                "a:id:b",
                "a\0b",
                "a\nb",
                "a\ud83d"
            })
    @DisplayName("KEY-7, ERR-4 a prefix that makes no sense is refused when the backend is built")
    void badPrefix(String prefix) {
        assertThatThrownBy(() -> StorageKeys.under(prefix))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName("KEY-7 a prefix has 200 bytes at the most")
    void prefixLength() {
        assertThat(StorageKeys.under("\u00e9".repeat(100)).prefix()).hasSize(100);
        assertThatThrownBy(() -> StorageKeys.under("\u00e9".repeat(100) + "x")).isInstanceOf(LockException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"defence", "app:defence", "identity", "a b", "team/app", "{tag}"})
    @DisplayName("KEY-7 a prefix that only resembles a reserved name is fine")
    void goodPrefix(String prefix) {
        assertThat(StorageKeys.under(prefix).lock("k")).isEqualTo(prefix + ":k");
    }
}
