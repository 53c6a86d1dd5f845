package io.syncguard.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.load.Figure;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import io.syncguard.bench.probe.MemoryUse;
import io.syncguard.bench.run.CandidateEntrant;
import io.syncguard.bench.run.Entrant;
import io.syncguard.bench.run.Results;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SuiteReportTest {
    private static Entrant entrant(String name) {
        return new CandidateEntrant(
                Candidates.named(name).orElseThrow(), "redis://nowhere", Optional.empty(), Duration.ZERO);
    }

    private static Findings findings() {
        Results results = new Results();
        List<Entrant> entrants = Stream.of(
                        "syncguard-jedis",
                        "syncguard-jedis-handed-in",
                        "raw-jedis",
                        "shedlock-jedis",
                        "syncguard-lettuce")
                .map(SuiteReportTest::entrant)
                .toList();
        add(results, "syncguard-jedis", 1, 30_000);
        add(results, "syncguard-jedis", 2, 10_000);
        add(results, "syncguard-jedis-handed-in", 1, 15_000);
        add(results, "raw-jedis", 1, 20_000);
        add(results, "raw-jedis", 2, 20_000);
        add(results, "shedlock-jedis", 1, 60_000);
        return new Findings(
                entrants,
                results,
                List.of(),
                List.of(new MemoryUse("SyncGuard, Jedis", 440, 88, "Redis")),
                Map.of("c-generator", "redis-benchmark is not installed"),
                Map.of("syncguard-lettuce, warming up", "its JVM ended early"));
    }

    private static void add(Results results, String name, int round, double rate) {
        results.add(
                name,
                Load.pairs(8),
                round,
                new Slice(Map.of(Figure.RATE, rate, Figure.P50, 250.0, Figure.P99, 1_000.0, Figure.BYTES, 2_000.0)));
    }

    @Test
    @DisplayName("the report says for whom it is, on which machine it ran, and what was found, skipped and failed")
    void markdown() throws FlagException {
        String report = SuiteReport.of(findings(), SuiteFlags.parse("quick"), "7.0.15", "benchmarks");
        assertThat(report)
                .startsWith("# Benchmarks\n\nFor engineers ")
                .contains("\n\n- Machine: ")
                .contains("(benchmarks/throughput.svg)")
                .contains("| SyncGuard, Jedis | – | 20,000 | – | – | – |\n")
                .contains("| SyncGuard, Jedis | – | 250 / 1,000 | – | – | – |\n")
                .contains("| jedis, pairs/s | – | 1.00× | – | – | – |\n")
                .contains("| jedis, client handed in, pairs/s | – | 0.75× | – | – | – |\n")
                .containsPattern("\\| Jedis vs\\. ShedLock [\\d.]+, Jedis \\| – \\| 0\\.50× \\|")
                .contains("| SyncGuard, Jedis | 440 | 88 | Redis |\n")
                .contains("no fence")
                .contains("- c-generator: skipped, redis-benchmark is not installed\n")
                .contains("- syncguard-lettuce, warming up: failed, its JVM ended early\n")
                .doesNotContain("Contended hand-off")
                .doesNotContain("NaN");
    }

    @Test
    @DisplayName("charts name candidates without their versions and leave out those without figures")
    void charts() {
        assertThat(Charts.throughput(findings()))
                .contains(">20,000<", ">ShedLock, Jedis<")
                .doesNotContain("SyncGuard, Lettuce");
        assertThat(Charts.latency(findings())).contains(">bare Jedis, same scripts<");
        assertThat(Charts.label("Spring Integration 7.1.2 registry, pub/sub"))
                .isEqualTo("Spring Integration registry, pub/sub");
    }

    @Test
    @DisplayName("what JMH wrote for each slice becomes one array")
    void json() {
        assertThat(JmhJson.joined(List.of("[\n  {\"a\": [1]}\n]\n", "[]", "[{\"b\": 2}]")))
                .isEqualTo("[\n{\"a\": [1]},\n{\"b\": 2}\n]\n");
    }
}
