package io.syncguard.bench.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.handoff.Figures;
import io.syncguard.bench.handoff.HandOffResult;
import io.syncguard.bench.handoff.Setting;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import io.syncguard.bench.run.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
    private static Results results() {
        Results results = new Results();
        for (Load load : PairChecks.LOADS) {
            add(results, "syncguard-jedis", load, 30_000, 200);
            add(results, "syncguard-lettuce", load, 60_000, load.callers() == 32 ? 390 : 300);
            add(results, "syncguard-jedis-handed-in", load, load.callers() == 8 ? 25_000 : 30_000, 200);
            add(results, "syncguard-jedis-cluster", load, load.callers() == 8 ? 17_000 : 1_000, 200);
            add(results, "syncguard-jedis-cluster-handed-in", load, load.callers() == 8 ? 18_000 : 1_000, 200);
            add(results, "raw-jedis", load, 31_250, 190);
            add(results, "raw-jedis-cluster", load, 20_000, 190);
            add(results, "raw-lettuce", load, 50_000, 310);
            add(results, "redisson-fenced-lock", load, 15_000, 400);
            add(results, "shedlock-jedis", load, load.callers() == 8 ? 50_000 : 30_000, 150);
            add(results, "shedlock-lettuce", load, 40_000, 250);
            add(results, "c-generator", load, 32_000, 180);
        }
        return results;
    }

    private static void add(Results results, String name, Load load, double rate, double micros) {
        results.add(
                name,
                load,
                1,
                new Slice(Map.of(
                        Figure.RATE,
                        rate,
                        Figure.P50,
                        micros,
                        Figure.P99,
                        2 * micros,
                        Figure.ACQUIRE_P50,
                        micros / 2,
                        Figure.RELEASE_P50,
                        micros / 2,
                        Figure.BYTES,
                        rate / 10)));
    }

    @Test
    @DisplayName("targets of pairs are read from the slices, the worst of several")
    void pairs() {
        Map<Target, Reading> readings = PairChecks.of(results(), Optional.empty());
        assertThat(readings.get(Target.OPERATIONS).value()).isEqualTo(60_000);
        assertThat(readings.get(Target.FENCED_8).value()).isEqualTo(2);
        assertThat(readings.get(Target.FENCED_32).value()).isEqualTo(4);
        assertThat(readings.get(Target.FENCED_P50)).isEqualTo(Reading.at(390 / 400.0, "syncguard-lettuce, 32 threads"));
        assertThat(readings.get(Target.SHEDLOCK_JEDIS)).isEqualTo(Reading.at(0.6, "syncguard-jedis, 8 threads"));
        assertThat(readings.get(Target.LATENCY).value()).isEqualTo(200 / 180.0);
    }

    @Test
    @DisplayName("what the library adds is read from the slices of each client")
    void floor() {
        Map<Target, Reading> readings = FloorChecks.of(results(), results());
        assertThat(readings.get(Target.FLOOR_JEDIS_8).value()).isEqualTo(0.96);
        assertThat(readings.get(Target.FLOOR_LETTUCE_ASYNC).value()).isEqualTo(1.2);
        assertThat(readings.get(Target.BYTES_JEDIS).value()).isEqualTo(0.96);
        assertThat(readings.get(Target.BYTES_LETTUCE).value()).isEqualTo(1.2);
    }

    @Test
    @DisplayName("what the library adds to a client that was handed in is read where it is worst")
    void handedIn() {
        assertThat(FloorChecks.ofHandedIn(results()))
                .containsExactly(Map.entry(Target.HANDED_IN, Reading.at(0.8, "syncguard-jedis-handed-in, 8 threads")));
    }

    @Test
    @DisplayName("what the library adds in a cluster is read at 8 threads, of the two clients' the worse")
    void cluster() {
        assertThat(FloorChecks.ofCluster(results()))
                .containsExactly(Map.entry(Target.CLUSTER, Reading.at(0.85, "syncguard-jedis-cluster, 8 threads")));
    }

    @Test
    @DisplayName("what was not measured is no number, and misses its target")
    void nothing() {
        assertThat(FloorChecks.ofHandedIn(new Results()).get(Target.HANDED_IN).value())
                .isNaN();
        assertThat(FloorChecks.ofCluster(new Results()).get(Target.CLUSTER).value())
                .isNaN();
    }

    @Test
    @DisplayName("without the load generator its target is skipped, and no other")
    void noGenerator() {
        Map<Target, Reading> readings = PairChecks.of(results(), Optional.of("not installed"));
        assertThat(readings.get(Target.LATENCY)).isEqualTo(Reading.skipped("not installed"));
        assertThat(readings.values()).filteredOn(Reading::skipped).hasSize(1);
    }

    @Test
    @DisplayName("targets of the hand-off are read from the races, the worst of several")
    void handOff() {
        List<HandOffResult> results = new ArrayList<>();
        for (int contenders : new int[] {2, 8}) {
            Setting setting = new Setting(contenders, Duration.ZERO);
            results.add(result("syncguard-jedis", setting, 200, 20, 0.95, 3, 0));
            results.add(result("syncguard-lettuce", setting, 300, 30, 0.85, 4, contenders == 8 ? 1 : 0));
            results.add(result("redisson-lock", setting, 600, 99, 0.5, 3, 0));
            results.add(result("spring-pubsub", setting, 500, 60, 0.5, 3, 0));
        }
        Map<Target, Reading> readings = HandOffChecks.of(results);
        assertThat(readings.get(Target.HAND_OFF_2))
                .isEqualTo(Reading.at(0.5, "syncguard-lettuce, 2 contenders, no pause"));
        assertThat(readings.get(Target.HAND_OFF_8).value()).isEqualTo(0.5);
        assertThat(readings.get(Target.WORST_WAIT).value()).isEqualTo(0.5);
        assertThat(readings.get(Target.TURNS).value()).isEqualTo(0.85);
        assertThat(readings.get(Target.TIMEOUTS)).isEqualTo(Reading.at(1, "syncguard-lettuce, 8 contenders, no pause"));
        assertThat(readings.get(Target.SCRIPTS)).isEqualTo(Reading.at(4, "syncguard-lettuce, 8 contenders, no pause"));
    }

    @ParameterizedTest
    @CsvSource({"15,10,1", "15,30,0.5", "20,10,1", "21,10,2.1", "60,30,2"})
    @DisplayName("a worst wait of up to 20 ms is not held to be longer than another's")
    void shortWaits(double ours, double spring, double ratio) {
        Setting setting = new Setting(2, Duration.ZERO);

        Map<Target, Reading> readings = HandOffChecks.of(List.of(
                result("syncguard-jedis", setting, 200, ours, 0.95, 3, 0),
                result("redisson-lock", setting, 600, 99, 0.5, 3, 0),
                result("spring-pubsub", setting, 500, spring, 0.5, 3, 0)));

        assertThat(readings.get(Target.WORST_WAIT).value()).isEqualTo(ratio);
    }

    private static HandOffResult result(
            String name, Setting setting, double p50, double worst, double turns, double scripts, long timeouts) {
        Figures figures = new Figures(700, 600, p50, 2 * p50, worst, turns, 10, scripts, timeouts, 0, 0);
        return new HandOffResult(Candidates.named(name).orElseThrow(), setting, figures, 1, 0);
    }
}
