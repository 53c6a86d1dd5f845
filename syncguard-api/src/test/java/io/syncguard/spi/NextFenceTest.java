package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NextFenceTest {
    private static final long NOW = micros("2026-11-26T12:00:00Z");

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    @Test
    @DisplayName("FEN-1 the first token is the clock's, in units of 10 µs")
    void clock() {
        assertThat(NextFence.after(0, NOW + 19)).hasToString("179569440000001");
    }

    @Test
    @DisplayName("FEN-1 within a tick, and when the clock has gone back, the counter counts on")
    void counter() {
        long last = NextFence.after(0, NOW).value();

        assertThat(NextFence.after(last, NOW + 9).value()).isEqualTo(last + 1);
        assertThat(NextFence.after(last, NOW - 3_600_000_000L).value()).isEqualTo(last + 1);
        assertThat(NextFence.after(last, NOW + 3_600_000_000L).value()).isEqualTo(last + 360_000_000);
    }

    @Test
    @DisplayName("FEN-3 the clock reaches the last token in 2255, and does not count after that")
    void exhausted() {
        assertThat(NextFence.after(7, micros("2255-03-14T15:59:59.999999Z")).value())
                .isEqualTo(FenceToken.MAX_VALUE - 1);
        assertThat(NextFence.after(7, micros("2255-03-14T16:00:00Z")).value()).isEqualTo(FenceToken.MAX_VALUE);
        assertThat(NextFence.after(7, micros("2255-03-14T16:00:00.000010Z")).value())
                .isEqualTo(8);
        assertThat(NextFence.after(FenceToken.MAX_VALUE - 1, NOW).value()).isEqualTo(FenceToken.MAX_VALUE);
        assertThatThrownBy(() -> NextFence.after(FenceToken.MAX_VALUE, NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
