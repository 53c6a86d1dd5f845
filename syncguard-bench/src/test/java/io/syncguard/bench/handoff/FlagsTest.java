package io.syncguard.bench.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.flags.FlagException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagsTest {
    @Test
    @DisplayName("without flags, everything is measured for ten seconds in three rounds")
    void defaults() throws FlagException {
        Flags flags = Flags.parse();
        assertThat(flags.help()).isFalse();
        assertThat(flags.settings())
                .containsExactly(
                        new Setting(2, Duration.ZERO),
                        new Setting(8, Duration.ZERO),
                        new Setting(64, Duration.ZERO),
                        new Setting(2, Duration.ofMillis(1)),
                        new Setting(8, Duration.ofMillis(1)),
                        new Setting(64, Duration.ofMillis(1)));
        assertThat(flags.seconds()).isEqualTo(10);
        assertThat(flags.rounds()).isEqualTo(3);
        assertThat(flags.candidates()).isEqualTo(Candidates.CONTENDING);
        assertThat(flags.jvms()).isFalse();
        assertThat(flags.shared()).isFalse();
    }

    @Test
    @DisplayName("every flag is heeded")
    void given() throws FlagException {
        Flags flags = Flags.parse(
                "--shared",
                "--contenders",
                "3",
                "--pause",
                "5,0",
                "--seconds",
                "2",
                "--rounds",
                "1",
                "--candidates",
                "spring-spin,syncguard-memory");
        assertThat(flags.settings())
                .containsExactly(new Setting(3, Duration.ofMillis(5)), new Setting(3, Duration.ZERO));
        assertThat(flags.seconds()).isEqualTo(2);
        assertThat(flags.rounds()).isEqualTo(1);
        assertThat(flags.candidates()).extracting(Candidate::name).containsExactly("spring-spin", "syncguard-memory");
        assertThat(flags.shared()).isTrue();
        assertThat(Flags.parse("--help").help()).isTrue();
    }

    @Test
    @DisplayName("what lives in one JVM does not contend across JVMs")
    void jvms() throws FlagException {
        Flags flags = Flags.parse("--jvms");
        assertThat(flags.jvms()).isTrue();
        assertThat(flags.candidates())
                .extracting(Candidate::name)
                .contains("syncguard-jedis", "redisson-lock")
                .doesNotContain("syncguard-memory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    --contender 2; there is no flag '--contender'
                    hand-off; there is no flag 'hand-off'
                    --seconds=2; there is no flag '--seconds=2'
                    --seconds; --seconds needs a value after it
                    --seconds --jvms; --seconds needs a value after it
                    --seconds 2 --seconds 3; --seconds is given twice
                    --jvms --jvms; --jvms is given twice
                    --seconds 0; --seconds takes whole numbers from 1 to 3600, not '0'
                    --rounds x; --rounds takes whole numbers from 1 to 100, not 'x'
                    --contenders 2,1; --contenders takes whole numbers from 2 to 1024, not '1'
                    --contenders 2,; --contenders takes whole numbers from 2 to 1024, not ''
                    --contenders 2,2; --contenders names something twice
                    --pause -1; --pause takes whole numbers from 0 to 10000, not '-1'
                    --candidates curator; there is no candidate 'curator'
                    --candidates syncguard-memory --jvms; none of these candidates can contend across JVMs
                    --jvms --shared; --jvms and --shared exclude each other
                    """)
    @DisplayName("what makes no sense is refused, and the message says what would")
    void refused(String commandLine, String message) {
        assertThatThrownBy(() -> Flags.parse(commandLine.split(" ")))
                .isInstanceOf(FlagException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    @DisplayName("the usage names every candidate")
    void usage() {
        assertThat(Flags.USAGE).contains(Candidates.names(Candidates.CONTENDING));
    }
}
