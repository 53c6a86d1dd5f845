package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ToleranceTest {
    @Test
    @DisplayName("TIME-1 the tolerance is 1000 ms")
    void constant() {
        assertThat(Tolerance.MILLIS).isEqualTo(1000);
    }

    @Test
    @DisplayName("TIME-2 a lock is live until 1000 ms after its expiry, and not at that moment")
    void predicate() {
        assertThat(Tolerance.isLive(5_000, 4_999)).isTrue();
        assertThat(Tolerance.isLive(5_000, 5_999)).isTrue();
        assertThat(Tolerance.isLive(5_000, 6_000)).isFalse();
        assertThat(Tolerance.freeAtMillis(5_000)).isEqualTo(6_000);
    }
}
