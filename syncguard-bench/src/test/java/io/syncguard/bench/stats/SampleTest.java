package io.syncguard.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static final Sample HUNDRED = new Sample(
            IntStream.rangeClosed(1, 100).map(i -> 101 - i).asDoubleStream().toArray());

    @Test
    @DisplayName("a percentile is the nearest rank's number, in whatever order they came")
    void nearestRank() {
        assertThat(HUNDRED.percentile(50)).isEqualTo(50);
        assertThat(HUNDRED.percentile(99)).isEqualTo(99);
        assertThat(HUNDRED.percentile(99.1)).isEqualTo(100);
        assertThat(HUNDRED.percentile(100)).isEqualTo(100);
        assertThat(HUNDRED.percentile(0.5)).isEqualTo(1);
        assertThat(new Sample(7).percentile(50)).isEqualTo(7);
        assertThat(new Sample(3, 1, 2).percentile(99)).isEqualTo(3);
    }

    @Test
    @DisplayName("the median of an even number of numbers is the mean of the middle two")
    void median() {
        assertThat(new Sample(9, 1, 4).median()).isEqualTo(4);
        assertThat(new Sample(9, 1, 4, 2).median()).isEqualTo(3);
    }

    @Test
    @DisplayName("nothing can be told of no numbers")
    void empty() {
        assertThat(new Sample().percentile(50)).isNaN();
        assertThat(new Sample().median()).isNaN();
    }

    @Test
    @DisplayName("percentiles that make no sense are refused")
    void refused() {
        assertThatThrownBy(() -> HUNDRED.percentile(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HUNDRED.percentile(101)).isInstanceOf(IllegalArgumentException.class);
    }
}
