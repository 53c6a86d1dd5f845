package io.syncguard.bench.handoff;

import static io.syncguard.bench.handoff.Scripted.attempt;
import static io.syncguard.bench.handoff.Scripted.section;
import static io.syncguard.bench.handoff.Scripted.snapshot;
import static io.syncguard.bench.handoff.Scripted.window;
import static io.syncguard.bench.handoff.Scripted.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.syncguard.bench.redis.Snapshot;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static final Window WINDOW = window(10_000, 20_000);

    private static Figures figures(Attempt... attempts) {
        return figures(snapshot(10_000, 0, 0), snapshot(20_000, 0, 0), attempts);
    }

    private static Figures figures(Snapshot first, Snapshot last, Attempt... attempts) {
        return Measurement.of(new RaceResult(2, WINDOW, List.of(attempts), first, last));
    }

    @Test
    @DisplayName("sections and hand-overs within the window count, per second")
    void rates() {
        Figures figures = figures(
                section(0, 8000, 8100, 9100),
                section(1, 8000, 10_000, 11_000),
                section(1, 11_000, 11_100, 12_000),
                section(0, 9200, 12_500, 13_500),
                section(1, 12_100, 20_000, 21_000));
        assertThat(figures.sections()).isEqualTo(300);
        assertThat(figures.handOvers()).isEqualTo(200);
        assertThat(figures.handOffP50()).isEqualTo(500);
        assertThat(figures.handOffP99()).isEqualTo(900);
        assertThat(figures.fewestOfMost()).isEqualTo(0.5);
    }

    @Test
    @DisplayName("a wait that began before the window counts whole, one that outlasts it until its end")
    void worstWait() {
        assertThat(figures(section(0, 2000, 10_500, 11_500)).worstWait()).isEqualTo(8.5);
        assertThat(figures(section(0, 12_000, 25_000, 26_000)).worstWait()).isEqualTo(8);
        assertThat(figures(section(0, 1000, 9999, 10_999)).worstWait()).isZero();
    }

    @Test
    @DisplayName("the wait of an attempt that got nothing counts too")
    void wastedWait() {
        assertThat(figures(without(0, Outcome.TIMED_OUT, 11_000, 15_000)).worstWait())
                .isEqualTo(4);
    }

    @Test
    @DisplayName("timeouts and failures count if they end in the window or after it")
    void failures() {
        Figures figures = figures(
                without(0, Outcome.TIMED_OUT, 1000, 9000),
                without(0, Outcome.TIMED_OUT, 9000, 21_000),
                without(1, Outcome.ACQUIRE_FAILED, 9000, 9500),
                without(1, Outcome.ACQUIRE_FAILED, 9600, 12_000),
                attempt(1, Outcome.RELEASE_FAILED, 12_000, 12_500, 13_500));
        assertThat(figures.timeouts()).isEqualTo(1);
        assertThat(figures.failures()).isEqualTo(2);
        assertThat(figures.sections()).isEqualTo(100);
    }

    @Test
    @DisplayName("commands are divided by the sections between the same two looks at the server")
    void commands() {
        Figures figures = figures(
                snapshot(11_000, 100, 10),
                snapshot(15_000, 121, 16),
                section(0, 9000, 10_500, 10_700),
                section(1, 9000, 12_000, 13_000),
                section(0, 9000, 14_000, 15_000));
        assertThat(figures.commands()).isCloseTo(10.5, within(1e-9));
        assertThat(figures.scripts()).isCloseTo(3, within(1e-9));
    }

    @Test
    @DisplayName("without any section, what is per section cannot be told")
    void nothing() {
        Figures figures = figures();
        assertThat(figures.sections()).isZero();
        assertThat(figures.commands()).isNaN();
        assertThat(figures.handOffP50()).isNaN();
        assertThat(figures.fewestOfMost()).isNaN();
    }
}
