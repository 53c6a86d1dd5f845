package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FenceRetentionTest {
    private static Optional<Duration> of(String value) {
        return FenceRetention.from(BackendUri.parse("redis://localhost?fenceRetention=" + value));
    }

    @ParameterizedTest
    @CsvSource({"30d, 720", "24h, 24", "P30D, 720", "PT36H, 36", "36500d, 876000"})
    @DisplayName("FEN-4 a retention is given in days, in hours, or in the form of ISO 8601")
    void forms(String text, long hours) {
        assertThat(of(text)).contains(Duration.ofHours(hours));
    }

    @Test
    @DisplayName("FEN-4 without a retention counters stay for ever")
    void none() {
        assertThat(FenceRetention.from(BackendUri.parse("redis://localhost"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "d",
                "-1d",
                "23h",
                "0d",
                "P-30D",
                "36501d",
                "99999999d",
                "P1Y",
                "PT9999999999999999H",
                "a%20day"
            })
    @DisplayName("FEN-4, ERR-4 what is no retention is refused with words that say what is")
    void refused(String text) {
        assertThatThrownBy(() -> of(text))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT))
                .hasMessageMatching("(?s).*(1 day|30d).*");
    }
}
