package io.syncguard.bench.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static Figures race(double sections, double p50, long timeouts) {
        return new Figures(sections, 2, p50, 4, 5, 6, 7, 8, timeouts, 1, 0);
    }

    @Test
    @DisplayName("figures are medians, each by itself; what must not happen is summed up")
    void medians() {
        Figures figures = Figures.over(List.of(race(500, 30, 0), race(700, 10, 2), race(600, 20, 1)));
        assertThat(figures).isEqualTo(new Figures(600, 2, 20, 4, 5, 6, 7, 8, 3, 3, 0));
    }

    @Test
    @DisplayName("a race that cannot tell a figure does not take part in its median")
    void unknown() {
        Figures figures = Figures.over(List.of(race(500, Double.NaN, 0), race(700, 10, 0)));
        assertThat(figures.sections()).isEqualTo(600);
        assertThat(figures.handOffP50()).isEqualTo(10);
    }
}
