package io.syncguard.bench.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.bench.flags.FlagException;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GateFlagsTest {
    @Test
    @DisplayName("without flags every target is measured")
    void defaults() throws FlagException {
        GateFlags flags = GateFlags.parse();
        assertThat(flags.targets()).containsExactly(Target.values());
        assertThat(flags.wants("T12")).isTrue();
        assertThat(Arrays.stream(Target.values()).map(Target::group).distinct())
                .containsExactly("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12");
    }

    @Test
    @DisplayName("some targets can be chosen")
    void some() throws FlagException {
        GateFlags flags = GateFlags.parse("--only", "T5,T9", "--rounds", "1", "--slice-millis", "200");
        assertThat(flags.targets()).extracting(Target::group).containsOnly("T5", "T9");
        assertThat(flags.wants("T1", "T5")).isTrue();
        assertThat(flags.wants("T1", "T10")).isFalse();
        assertThat(flags.rounds()).isEqualTo(1);
        assertThat(flags.sliceMillis()).isEqualTo(200);
    }

    @Test
    @DisplayName("what makes no sense is refused, and why is said")
    void wrong() {
        assertThatThrownBy(() -> GateFlags.parse("--only", "T13"))
                .isInstanceOf(FlagException.class)
                .hasMessage("there is no target 'T13'; there are T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12");
        assertThatThrownBy(() -> GateFlags.parse("--rounds", "many")).isInstanceOf(FlagException.class);
    }
}
