package io.syncguard.bench.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptLineTest {
    @ParameterizedTest
    @EnumSource
    @DisplayName("an attempt is read as it was written, with the contender the reader knows")
    void thereAndBack(Outcome outcome) {
        Attempt attempt = new Attempt(0, outcome, -5_000_000_000L, 1, 3_000_000_000_000L);
        assertThat(AttemptLine.read(7, AttemptLine.write(attempt)))
                .isEqualTo(new Attempt(7, outcome, -5_000_000_000L, 1, 3_000_000_000_000L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ready", "SECTION 1 2", "SECTION 1 2 3 4", "SECTION 1 2 x", "LUNCH 1 2 3"})
    @DisplayName("any other line is refused")
    void refused(String line) {
        assertThatThrownBy(() -> AttemptLine.read(0, line)).isInstanceOf(IllegalArgumentException.class);
    }
}
