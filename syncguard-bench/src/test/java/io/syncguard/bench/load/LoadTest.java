package io.syncguard.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {
    @ParameterizedTest
    @ValueSource(strings = {"pair-1", "pair-32", "async-256", "extend-8", "is-locked-8", "lookup-1"})
    @DisplayName("a load is found by the name it has")
    void named(String name) {
        assertThat(Load.named(name)).map(Load::name).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pair", "pair-", "pair-0", "pair-x", "pair-99999", "steal-3", "-3"})
    @DisplayName("what is no load's name finds none")
    void none(String name) {
        assertThat(Load.named(name)).isEmpty();
    }

    @Test
    @DisplayName("calls in flight are no threads")
    void titles() {
        assertThat(Load.pairs(1).title()).isEqualTo("1 thread");
        assertThat(Load.pairs(8).title()).isEqualTo("8 threads");
        assertThat(Load.async(64).title()).isEqualTo("64 in flight");
    }

    @Test
    @DisplayName("nobody is no load")
    void nobody() {
        assertThatThrownBy(() -> Load.pairs(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
