package io.syncguard.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.run.Field;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteFlagsTest {
    @Test
    @DisplayName("without flags, everybody takes part in as many rounds as the size says")
    void defaults() throws FlagException {
        SuiteFlags flags = SuiteFlags.parse("full");
        assertThat(flags.size()).isEqualTo(Size.FULL);
        assertThat(flags.rounds()).isEqualTo(Size.FULL.rounds());
        assertThat(flags.slice()).isEqualTo(Size.FULL.slice());
        assertThat(flags.entrants()).isEqualTo(Field.names());
        assertThat(flags.handOff()).isTrue();
        assertThat(flags.help()).isFalse();
    }

    @Test
    @DisplayName("every flag is heeded")
    void given() throws FlagException {
        SuiteFlags flags = SuiteFlags.parse(
                "quick",
                "--rounds",
                "2",
                "--slice-millis",
                "150",
                "--candidates",
                "raw-jedis,c-generator",
                "--no-hand-off",
                "--help");
        assertThat(flags.rounds()).isEqualTo(2);
        assertThat(flags.slice()).isEqualTo(Duration.ofMillis(150));
        assertThat(flags.entrants()).containsExactly("raw-jedis", "c-generator");
        assertThat(flags.handOff()).isFalse();
        assertThat(flags.help()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    slow                       | there is quick and full, not 'slow'
                    quick --candidates jedis   | there is no candidate 'jedis'; there are syncguard-jedis
                    quick --rounds 0           | --rounds takes whole numbers from 1 to 100, not '0'
                    quick --slice-millis 1     | --slice-millis takes whole numbers from 100
                    quick --fast               | there is no flag '--fast'
                    """)
    @DisplayName("what makes no sense is refused, and why is said")
    void wrong(String line, String message) {
        assertThatThrownBy(() -> SuiteFlags.parse(line.split(" ")))
                .isInstanceOf(FlagException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    @DisplayName("without a size nothing is run")
    void none() {
        assertThatThrownBy(SuiteFlags::parse).isInstanceOf(FlagException.class).hasMessage("say quick or full");
    }
}
