package io.syncguard.bench.handoff;

import static io.syncguard.bench.handoff.Scripted.attempt;
import static io.syncguard.bench.handoff.Scripted.section;
import static io.syncguard.bench.handoff.Scripted.window;
import static io.syncguard.bench.handoff.Scripted.without;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HandOversTest {
    @Test
    @DisplayName("only what goes to another contender is a hand-over, from before the release to after the acquire")
    void toAnother() {
        HandOvers found = HandOvers.in(
                List.of(
                        section(1, 100, 1400, 2400), // 300 after contender 0 began to give it back
                        section(0, 0, 100, 1100),
                        section(1, 2450, 2500, 3500), // the same again
                        section(0, 1200, 3600, 4600)), // 100
                window(0, 10_000));
        assertThat(found.count()).isEqualTo(2);
        assertThat(found.micros().percentile(50)).isEqualTo(100);
        assertThat(found.micros().percentile(100)).isEqualTo(300);
        assertThat(found.overlaps()).isZero();
    }

    @Test
    @DisplayName("the window ends with the acquire, and the section before may lie outside it")
    void edges() {
        List<Attempt> attempts =
                List.of(section(0, 0, 100, 1100), section(1, 0, 1200, 2200), section(0, 1100, 2300, 3300));
        assertThat(HandOvers.in(attempts, window(1200, 2300)).count()).isEqualTo(1);
        assertThat(HandOvers.in(attempts, window(1201, 2301)).count()).isEqualTo(1);
        assertThat(HandOvers.in(attempts, window(1201, 2300)).count()).isZero();
    }

    @Test
    @DisplayName("attempts without the lock hand nothing over")
    void withoutTheLock() {
        HandOvers found = HandOvers.in(
                List.of(
                        section(0, 0, 100, 1100),
                        without(1, Outcome.TIMED_OUT, 0, 1150),
                        section(0, 1160, 1200, 2200),
                        without(1, Outcome.ACQUIRE_FAILED, 1150, 2250)),
                window(0, 10_000));
        assertThat(found.count()).isZero();
        assertThat(found.micros().median()).isNaN();
    }

    @Test
    @DisplayName("a lock whose release failed was held all the same")
    void failedRelease() {
        HandOvers found = HandOvers.in(
                List.of(attempt(0, Outcome.RELEASE_FAILED, 0, 100, 1100), section(1, 0, 1500, 2500)),
                window(0, 10_000));
        assertThat(found.micros().median()).isEqualTo(400);
    }

    @Test
    @DisplayName("two that have the lock at once are an overlap and no hand-over")
    void overlap() {
        HandOvers found = HandOvers.in(List.of(section(0, 0, 100, 1100), section(1, 0, 1050, 2050)), window(0, 10_000));
        assertThat(found.overlaps()).isEqualTo(1);
        assertThat(found.count()).isZero();
    }
}
