package io.syncguard.bench.handoff;

import static io.syncguard.bench.handoff.Scripted.section;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final List<Attempt> SECTIONS = List.of(
            section(0, 0, 0, 1), section(1, 0, 2, 3), section(0, 0, 4, 5), section(0, 0, 6, 7), section(0, 0, 8, 9));

    @Test
    @DisplayName("the fewest turns are a fraction of the most")
    void fraction() {
        assertThat(Turns.in(SECTIONS, 2).fewestOfMost()).isEqualTo(0.25);
    }

    @Test
    @DisplayName("a contender without any turn makes it 0")
    void starved() {
        assertThat(Turns.in(SECTIONS, 3).fewestOfMost()).isZero();
    }

    @Test
    @DisplayName("nothing can be told where nobody had a turn")
    void none() {
        assertThat(Turns.in(List.of(), 2).fewestOfMost()).isNaN();
    }
}
