package io.syncguard.bench.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VerdictsTest {
    private static final MachineMode FAST = new MachineMode(8.6, OptionalDouble.empty());
    private static final MachineMode SLOW = new MachineMode(26.4, OptionalDouble.of(21_543));

    private final Verdicts verdicts =
            new Verdicts(List.of(Target.OPERATIONS, Target.FENCED_P50, Target.LATENCY, Target.TURNS), FAST);

    private String verdict(Target target) {
        return verdicts.markdown()
                .lines()
                .filter(line -> line.contains(target.title()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @DisplayName("a bound itself is met, unless a number has to be below it")
    void bounds() {
        assertThat(Bound.atLeast(0.95).isMetBy(0.95)).isTrue();
        assertThat(Bound.atLeast(0.95).isMetBy(0.9499)).isFalse();
        assertThat(Bound.atMost(440).isMetBy(440)).isTrue();
        assertThat(Bound.atMost(440).isMetBy(441)).isFalse();
        assertThat(Bound.below(1).isMetBy(0.999)).isTrue();
        assertThat(Bound.below(1).isMetBy(1)).isFalse();
        for (Bound bound : List.of(Bound.atLeast(1), Bound.atMost(1), Bound.below(1))) {
            assertThat(bound.isMetBy(Double.NaN)).describedAs("%s", bound).isFalse();
        }
        assertThat(Bound.atLeast(25_000)).hasToString("≥ 25,000");
    }

    @Test
    @DisplayName("a ratio of times is met within noise up to a twentieth beyond its bound, and said to be")
    void noise() {
        assertThat(Bound.atLeast(2).isMetWithinNoise(1.999)).isFalse();
        assertThat(Bound.atLeast(2).ofTimes().isMetBy(1.999)).isFalse();
        assertThat(Bound.atLeast(2).ofTimes().isMetWithinNoise(1.901)).isTrue();
        assertThat(Bound.atLeast(2).ofTimes().isMetWithinNoise(1.899)).isFalse();
        assertThat(Bound.atMost(2).ofTimes().isMetWithinNoise(2.099)).isTrue();
        assertThat(Bound.atMost(2).ofTimes().isMetWithinNoise(2.101)).isFalse();
        assertThat(Bound.below(2).ofTimes().isMetWithinNoise(2.1)).isFalse();
        assertThat(Bound.atMost(2).ofTimes().isMetWithinNoise(Double.NaN)).isFalse();
        Verdicts near = new Verdicts(List.of(Target.FENCED_8), FAST);
        near.add(Map.of(Target.FENCED_8, Reading.of(2.18)));
        assertThat(near.missed()).isZero();
        assertThat(near.markdown()).contains("| 2.18 | ≥ 2.20 | met within noise |");
    }

    @Test
    @DisplayName(
            "what is missed, could not be measured or was not measured counts; what cannot be measured here does not")
    void missed() {
        verdicts.add(Map.of(
                Target.OPERATIONS, Reading.of(24_999),
                Target.FENCED_P50, Reading.at(0.4, "syncguard-jedis, 8 threads"),
                Target.LATENCY, Reading.skipped("redis-benchmark is not installed"),
                Target.HEARTBEATS, Reading.of(100)));
        assertThat(verdicts.missed()).isEqualTo(2);
        assertThat(verdict(Target.OPERATIONS)).endsWith("| 24,999 | ≥ 25,000 | MISSED |  |");
        assertThat(verdict(Target.FENCED_P50)).endsWith("| 0.40 | < 1 | met | syncguard-jedis, 8 threads |");
        assertThat(verdict(Target.LATENCY)).endsWith("| – | ≤ 1.10 | skipped | redis-benchmark is not installed |");
        assertThat(verdict(Target.TURNS)).endsWith("| – | ≥ 0.80 | MISSED | not measured |");
        assertThat(verdicts.markdown()).doesNotContain(Target.HEARTBEATS.title());
    }

    @Test
    @DisplayName(
            "on a slow machine, where the server is what limits callers, some bounds are others, and the report says which mode it is")
    void modes() {
        for (MachineMode mode : List.of(FAST, SLOW)) {
            Verdicts of = new Verdicts(List.of(Target.SHEDLOCK_LETTUCE, Target.FENCED_8), mode);
            of.add(Map.of(Target.SHEDLOCK_LETTUCE, Reading.of(0.95), Target.FENCED_8, Reading.of(2.5)));
            assertThat(of.missed()).isEqualTo(mode.isSlow() ? 0 : 1);
        }
        assertThat(FAST.line())
                .startsWith("Mode: fast")
                .contains("8.60 µs")
                .endsWith("redis-benchmark is not installed");
        assertThat(SLOW.line()).startsWith("Mode: slow").contains("26.4").contains("21,543 pairs/s");
        assertThat(MachineMode.of(List.of(13.0, 10.0, 40.0), OptionalDouble.empty())
                        .isSlow())
                .isTrue();
        assertThat(MachineMode.of(List.of(9.0, 8.0, 40.0), OptionalDouble.empty())
                        .isSlow())
                .isFalse();
    }

    @Test
    @DisplayName("of several readings the worst counts, and one that is no number is the worst")
    void worst() {
        Reading small = Reading.at(1, "small");
        Reading great = Reading.at(2, "great");
        Reading failed = Reading.failed("failed");
        assertThat(small.greater(great)).isEqualTo(great);
        assertThat(great.greater(small)).isEqualTo(great);
        assertThat(great.greater(failed)).isEqualTo(failed);
        assertThat(failed.greater(great)).isEqualTo(failed);
        assertThat(small.smaller(great)).isEqualTo(small);
        assertThat(great.smaller(small)).isEqualTo(small);
        assertThat(small.smaller(failed)).isEqualTo(failed);
        assertThat(failed.smaller(small)).isEqualTo(failed);
    }
}
