package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class LockIdTest {
    @Test
    @DisplayName("ID-1 fresh ids are well-formed and differ")
    void fresh() {
        assertThat(Stream.generate(LockId::random)
                        .limit(1_000)
                        .map(LockId::value)
                        .collect(Collectors.toSet()))
                .hasSize(1_000)
                .allMatch(id -> id.matches("[A-Za-z0-9_-]{22}"));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "AAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAA+",
                "AAAAAAAAAAAAAAAAAAAAA/",
                "AAAAAAAAAAAAAAAAAAAAA ",
                "AAAAAAAAAAAAAAAAAAAAA\n",
                "AAAAAAAAAAAAAAAAAAAAA\u00c4",
                "AAAAAAAAAA:AAAAAAAAAAA",
                "*?AAAAAAAAAAAAAAAAAAAA"
            })
    @DisplayName("ID-1, ERR-4 any other text is refused, and not shown")
    void malformed(String text) {
        assertThatThrownBy(() -> LockId.of(text)).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).contains("22 characters").doesNotContain("AAAAAAAAAA");
        });
    }

    @Test
    @DisplayName("KEY-8 the text of an id does not show it")
    void text() {
        LockId id = LockId.random();

        assertThat(LockId.of(id.value())).isEqualTo(id).hasSameHashCodeAs(id);
        assertThat(id.toString()).isEqualTo("LockId[" + id.fingerprint() + "]").doesNotContain(id.value());
        assertThat(id.fingerprint()).matches("[0-9a-f]{24}");
    }

    @Test
    @DisplayName("ID-1 an id as bytes is its text in ASCII, in an array of the caller's")
    void bytes() {
        LockId id = LockId.random();

        byte[] bytes = id.toBytes();
        assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo(id.value());
        assertThat(LockId.of(id.value())).isEqualTo(id).hasSameHashCodeAs(id);

        bytes[0] = '!';
        assertThat(id.value()).doesNotContain("!");
    }

    @Test
    @DisplayName("ID-2 an id says the shard it was made for, and nothing else of it is fixed")
    void shards() {
        for (int shard = 0; shard < LockId.SHARDS; shard++) {
            LockId id = LockId.random(shard);

            assertThat(LockId.of(id.value()).shard()).isEqualTo(shard);
            assertThat(LockId.random(shard)).isNotEqualTo(id);
        }
        assertThatThrownBy(() -> LockId.random(LockId.SHARDS)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> LockId.random(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
