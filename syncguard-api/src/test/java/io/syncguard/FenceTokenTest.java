package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FenceTokenTest {
    @Test
    @DisplayName("FEN-2 tokens and their texts of 15 digits have one order")
    void oneOrder() {
        long[] values = {1, 9, 10, 99, 1_000_000, FenceToken.WARN_VALUE, FenceToken.MAX_VALUE - 1, FenceToken.MAX_VALUE
        };

        assertThat(LongStream.of(values).mapToObj(FenceToken::new)).isSorted();
        assertThat(LongStream.of(values).mapToObj(v -> new FenceToken(v).toString()))
                .isSorted()
                .allMatch(text -> text.matches("\\d{15}"))
                .startsWith("000000000000001")
                .endsWith("900000000000000");
    }

    @Test
    @DisplayName("FEN-2 a text is read back")
    void readBack() {
        assertThat(FenceToken.parse("000000000000042")).isEqualTo(new FenceToken(42));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "42",
                "0000000000000042",
                "00000000000004x",
                "-00000000000042",
                "000000000000000",
                "900000000000001",
                "٠٠٠٠٠٠٠٠٠٠٠٠٠٤٢"
            })
    @DisplayName("FEN-2, ERR-4 any other text is refused")
    void otherText(String text) {
        assertThatThrownBy(() -> FenceToken.parse(text))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, FenceToken.MAX_VALUE + 1, Long.MAX_VALUE, Long.MIN_VALUE})
    @DisplayName("FEN-3 there is no token out of range")
    void outOfRange(long value) {
        assertThatThrownBy(() -> new FenceToken(value)).isInstanceOf(LockException.class);
    }
}
