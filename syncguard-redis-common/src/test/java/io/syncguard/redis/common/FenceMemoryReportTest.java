package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FenceMemoryReportTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return FenceMemoryReport.run(new PrintStream(out), new PrintStream(err), args);
    }

    @Test
    @DisplayName("the report is one line, with what one counter takes up")
    void line() {
        assertThat(FenceMemoryReport.line(new FenceMemory("app", 1_234, 108_592)))
                .isEqualTo("app: 1,234 fence counters, 108,592 bytes (88 each)");
        assertThat(FenceMemoryReport.line(new FenceMemory("app", 0, 0)))
                .isEqualTo("app: 0 fence counters, 0 bytes (0 each)");
    }

    @Test
    @DisplayName("without a URI it says how it is used")
    void usage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Usage: ");
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"nonsense://x,no backend opens", "not a uri,malformed"})
    @DisplayName("a URI that opens nothing is told in one line, without a stack trace")
    void wrongUri(String uri, String message) {
        assertThat(run(uri)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(message).hasLineCount(1);
    }
}
