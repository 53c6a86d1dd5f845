package io.syncguard.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    @DisplayName("numbers have as many digits as mean something")
    void brief() {
        assertThat(Numbers.brief(27_338.6)).isEqualTo("27,339");
        assertThat(Numbers.brief(99.46)).isEqualTo("99.5");
        assertThat(Numbers.brief(0.9512)).isEqualTo("0.95");
        assertThat(Numbers.brief(5)).isEqualTo("5");
        assertThat(Numbers.times(2.204)).isEqualTo("2.20×");
    }

    @Test
    @DisplayName("what is not known is said to be")
    void unknown() {
        assertThat(Numbers.brief(Double.NaN)).isEqualTo(Numbers.UNKNOWN);
        assertThat(Numbers.whole(Double.POSITIVE_INFINITY)).isEqualTo(Numbers.UNKNOWN);
        assertThat(Numbers.times(Double.NaN)).isEqualTo(Numbers.UNKNOWN);
    }

    @Test
    @DisplayName("a version is the end of a jar's name")
    void versions() {
        assertThat(Versions.in("/repository/lettuce-core-7.7.0.RELEASE.jar")).contains("7.7.0.RELEASE");
        assertThat(Versions.in("/repository/provider-redis-jedis4-5.12.0.jar")).contains("5.12.0");
        assertThat(Versions.in("/module/target/classes/")).isEmpty();
    }

    @Test
    @DisplayName("the machine is named by its processor, the report by its day")
    void environment() {
        assertThat(Environment.model(List.of("processor\t: 0", "model name\t: A Fast One", "model name\t: Another")))
                .contains("A Fast One");
        assertThat(Environment.model(List.of("processor\t: 0"))).isEmpty();
        assertThat(Environment.date(LocalDateTime.of(2026, 1, 2, 3, 4))).isEqualTo("2026-01-02 03:04 UTC");
        assertThat(Environment.markdown("7.0.15")).startsWith("- Machine: ").contains("- JDK: ", "- Date: ", "7.0.15");
    }
}
