package io.syncguard.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorOutputTest {
    @Test
    @DisplayName("figures are found behind a command that contains commas and quotes, times in microseconds")
    void figures() {
        GeneratorOutput output = GeneratorOutput.in(
                """
                "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
                "EVALSHA 1 "a,b"","40000.00","0.019","0.008","0.023","0.031","0.047","0.895"
                """);
        assertThat(output.perSecond()).isEqualTo(40_000);
        assertThat(output.p50Micros()).isEqualTo(23);
        assertThat(output.p99Micros()).isEqualTo(47);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Could not connect to Redis", "\"t\",\"x\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\""})
    @DisplayName("what is no such output is refused")
    void odd(String output) {
        assertThatThrownBy(() -> GeneratorOutput.in(output))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("redis-benchmark said");
    }
}
