package io.syncguard.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    @DisplayName("percentiles are right to within one percent")
    void percentiles() {
        LongStream.rangeClosed(1, 100_000).map(n -> n * 100).forEach(histogram::record);
        assertThat(histogram.count()).isEqualTo(100_000);
        for (double percent : new double[] {0.1, 1, 50, 90, 99, 99.9, 100}) {
            assertThat(histogram.percentile(percent))
                    .describedAs("p%s", percent)
                    .isCloseTo(percent * 100_000, Percentage.withPercentage(1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 129, 255, 256, 1_000, 1_000_000_007, 86_400_000_000_000L, Long.MAX_VALUE})
    @DisplayName("any duration is counted where it belongs")
    void anyDuration(long nanos) {
        histogram.record(nanos);
        assertThat(histogram.percentile(100)).isCloseTo((double) nanos, within(0.01 * (double) nanos));
    }

    @Test
    @DisplayName("a clock that went backwards counts as no time at all")
    void negative() {
        histogram.record(-5);
        assertThat(histogram.percentile(50)).isZero();
    }

    @Test
    @DisplayName("of nothing there is no percentile, also after forgetting")
    void none() {
        assertThat(histogram.percentile(50)).isNaN();
        histogram.record(5);
        histogram.clear();
        assertThat(histogram.percentile(50)).isNaN();
        assertThatThrownBy(() -> histogram.percentile(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
