package io.syncguard.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceTest {
    @Test
    @DisplayName("a slice is read as it was written, and what it lacks stays unknown")
    void line() {
        Slice slice = Slice.read(new Slice(Map.of(Figure.RATE, 1234.5, Figure.P999, 0.25)).line());
        assertThat(slice.get(Figure.RATE)).isEqualTo(1234.5);
        assertThat(slice.get(Figure.P999)).isEqualTo(0.25);
        assertThat(slice.get(Figure.BYTES)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rate", "=1", "speed=1", "rate=fast"})
    @DisplayName("what is no slice is refused")
    void odd(String line) {
        assertThatThrownBy(() -> Slice.read(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
