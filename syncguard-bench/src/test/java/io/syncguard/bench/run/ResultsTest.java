package io.syncguard.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final Load LOAD = Load.pairs(8);

    private final Results results = new Results();

    private void add(String entrant, int round, double rate) {
        results.add(entrant, LOAD, round, new Slice(Map.of(Figure.RATE, rate)));
    }

    @Test
    @DisplayName("a ratio is taken within each round, not of the medians")
    void ratios() {
        // In the second round the machine was three times as slow.
        add("ours", 1, 200);
        add("ours", 2, 60);
        add("ours", 3, 220);
        add("other", 1, 100);
        add("other", 2, 30);
        add("other", 3, 90);
        assertThat(results.median("ours", LOAD, Figure.RATE)).isEqualTo(200);
        assertThat(results.ratio("ours", "other", LOAD, Figure.RATE)).isEqualTo(2);
    }

    @Test
    @DisplayName("a round that one of them missed is in no ratio")
    void missed() {
        add("ours", 1, 100);
        add("ours", 2, 100);
        add("other", 2, 50);
        assertThat(results.ratio("ours", "other", LOAD, Figure.RATE)).isEqualTo(2);
        assertThat(results.has("other", LOAD)).isTrue();
    }

    @Test
    @DisplayName("what nobody measured is not known")
    void unknown() {
        add("ours", 1, 100);
        assertThat(results.median("ours", LOAD, Figure.BYTES)).isNaN();
        assertThat(results.ratio("ours", "other", LOAD, Figure.RATE)).isNaN();
        assertThat(results.has("ours", Load.pairs(1))).isFalse();
    }
}
