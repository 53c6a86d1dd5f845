package io.syncguard.redis.tests.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.redis.tests.history.Violation.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Plants each violation in a history, and what looks like one and is none. Locks live for four seconds. */
class HistoryCheckTest {
    private static final HistoryRules RULES = new HistoryRules(
            Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2));

    private static List<Kind> kinds(Story story) {
        return HistoryCheck.violations(story.history(), RULES).stream()
                .map(Violation::kind)
                .toList();
    }

    private static List<Kind> kindsApartFromLosses(Story story) {
        return HistoryCheck.violationsApartFromLosses(story.history(), RULES).stream()
                .map(Violation::kind)
                .toList();
    }

    @Test
    @DisplayName("turns that are taken properly are no violation")
    void proper() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .refused("2/a", 1, 20, 30)
                .released("1/a", 1, 50, 60)
                .granted("2/a", 2, 2, 55, 70)
                .held("2/a", 2, 3_000, 6_990)
                .held("2/a", 2, 6_000, 9_000)
                .refused("1/a", 2, 8_900, 8_910)
                .released("2/a", 2, 8_950, 8_960)
                .granted("1/a", 3, 3, 8_940, 8_970)
                .stalled("1/a", 9_000, 1);

        assertThat(kinds(story)).isEmpty();
    }

    @Test
    @DisplayName("two that hold a lock at once")
    void overlap() {
        Story story = new Story().granted("1/a", 1, 1, 0, 10).granted("2/a", 1, 2, 3_900, 3_950);

        assertThat(kinds(story)).containsExactly(Kind.OVERLAP);
        assertThat(kindsApartFromLosses(story)).containsExactly(Kind.OVERLAP);
    }

    @Test
    @DisplayName("two that hold a lock at once, after one of them has extended it")
    void overlapOfExtension() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .held("1/a", 1, 3_000, 6_900)
                .granted("2/a", 1, 2, 6_000, 6_100);

        assertThat(kinds(story)).containsExactly(Kind.OVERLAP);
    }

    @Test
    @DisplayName("a third that comes while the first still holds, though the second has gone")
    void overlapWithTheFirst() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .granted("2/a", 1, 2, 100, 110)
                .released("2/a", 1, 200, 210)
                .granted("3/a", 1, 3, 300, 310);

        assertThat(kinds(story)).containsExactly(Kind.OVERLAP, Kind.OVERLAP);
    }

    @Test
    @DisplayName("a holder that was told of the loss, asked for the release, or is past its end holds nothing")
    void noOverlap() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .lost("1/a", 1, 1_000)
                .granted("2/a", 1, 2, 990, 1_010)
                .failed("2/a", 1, Operation.RELEASE, 1_500, 1_600)
                .granted("3/a", 1, 3, 1_490, 1_510)
                .granted("1/a", 2, 4, 5_400, 5_500);

        assertThat(kinds(story)).isEmpty();
    }

    @Test
    @DisplayName("a look when nothing is left, after a stall, confirms nothing")
    void lookAfterTheEnd() {
        Story story = new Story()
                .failover(500, 600, 700)
                .granted("1/a", 1, 1, 400, 410)
                .granted("2/a", 1, 2, 800, 810)
                .released("2/a", 1, 820, 830)
                .held("1/a", 1, 4_390, 4_400)
                .held("1/a", 1, 4_450, 4_450);

        assertThat(kinds(story)).containsExactly(Kind.OVERLAP);
        assertThat(kindsApartFromLosses(story)).isEmpty();
    }

    @Test
    @DisplayName("a token that is given twice")
    void tokenTwice() {
        Story story = new Story()
                .granted("1/a", 1, 7, 0, 10)
                .released("1/a", 1, 20, 30)
                .granted("2/a", 1, 7, 40, 50);

        assertThat(kinds(story)).containsExactly(Kind.TOKEN_ORDER);
    }

    @Test
    @DisplayName("a token that is less than one before it")
    void tokenFalls() {
        Story story = new Story()
                .granted("1/a", 1, 7, 0, 10)
                .released("1/a", 1, 20, 30)
                .granted("2/a", 1, 9, 40, 50)
                .released("2/a", 1, 60, 70)
                .granted("3/a", 1, 8, 80, 90);

        assertThat(kinds(story)).containsExactly(Kind.TOKEN_ORDER);
    }

    @Test
    @DisplayName(
            "a token that arrives late, in a process that was stalled for longer than its lock lived, is none that falls")
    void lateToken() {
        Story story = new Story()
                .stalled("1/a", 6_000, 6_000)
                .granted("2/a", 1, 2, 5_100, 5_200)
                .granted("1/a", 1, 1, 0, 5_900);

        assertThat(kinds(story)).isEmpty();
    }

    @Test
    @DisplayName("a key that stays locked after its release")
    void orphanAfterRelease() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .released("1/a", 1, 20, 30)
                .refused("2/a", 1, 40, 50);

        assertThat(kinds(story)).containsExactly(Kind.ORPHAN);
    }

    @Test
    @DisplayName("who stands in line behind another of its process until its time is over says nothing of the server")
    void inLineBehindAnother() {
        Story behind = new Story().waited("1/a", 1, 0, 100).waited("1/b", 1, 20, 50);
        Story longer = new Story().waited("1/a", 1, 0, 100).waited("1/b", 1, 20, 120);
        Story elsewhere = new Story().waited("1/a", 1, 0, 100).waited("2/b", 1, 20, 50);
        Story asking = new Story().waited("1/a", 1, 0, 100).refused("1/b", 1, 20, 50);

        assertThat(kinds(behind)).hasSize(1);
        assertThat(kinds(longer)).hasSize(2);
        assertThat(kinds(elsewhere)).hasSize(2);
        assertThat(kinds(asking)).hasSize(2);
    }

    @Test
    @DisplayName("a key that stays locked for longer than ttl and tolerance after its holder went away")
    void orphanAfterExpiry() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .refused("2/a", 1, 6_000, 6_010)
                .refused("2/a", 2, 6_100, 6_200);

        assertThat(kinds(story)).containsExactly(Kind.ORPHAN);
    }

    @Test
    @DisplayName("a key that stays locked for longer than ttl and tolerance after an acquire that failed")
    void orphanOfFailure() {
        Story story = new Story()
                .failed("1/a", 1, Operation.ACQUIRE, 0, 1_000)
                .refused("2/a", 1, 6_900, 7_000)
                .refused("2/a", 2, 7_100, 7_200);

        assertThat(kinds(story)).containsExactly(Kind.ORPHAN);
    }

    @Test
    @DisplayName("a release that a failover lost leaves the lock to expire, and no longer")
    void lostRelease() {
        Story story = new Story()
                .granted("1/a", 1, 1, 0, 10)
                .released("1/a", 1, 1_000, 1_010)
                .failover(1_500, 4_000, 5_000)
                .refused("2/a", 1, 5_500, 5_600)
                .refused("2/a", 2, 7_500, 7_600);

        assertThat(kinds(story)).containsExactly(Kind.ORPHAN);
    }

    @Test
    @DisplayName("a call that takes longer than it may, and one that has not ended")
    void slowCalls() {
        Story story = new Story()
                .asked("3/a", 1, Operation.RELEASE, 100)
                .failed("1/a", 1, Operation.ACQUIRE, 0, 2_900)
                .failed("1/a", 2, Operation.ACQUIRE, 3_000, 6_100);

        assertThat(kinds(story)).containsExactly(Kind.SLOW_CALL, Kind.SLOW_CALL);
    }

    @Test
    @DisplayName("a call during which its process was stalled may take longer by as much, and no other")
    void stalls() {
        Story story = new Story()
                .stalled("1/meter", 1_000, 200)
                .stalled("1/meter", 3_000, 300)
                .failed("1/a", 1, Operation.ACQUIRE, 0, 3_400)
                .failed("2/a", 1, Operation.ACQUIRE, 0, 3_400)
                .failed("1/a", 2, Operation.ACQUIRE, 10_000, 13_400);

        assertThat(kinds(story)).containsExactly(Kind.SLOW_CALL, Kind.SLOW_CALL);
    }

    @Test
    @DisplayName("a failover accounts for what the master granted right before it, and granted again by the next one")
    void losses() {
        Story story = new Story()
                .granted("1/a", 1, 5, 900, 950)
                .failover(1_000, 3_000, 4_000)
                .granted("2/a", 1, 5, 3_000, 3_100)
                .held("1/a", 1, 4_500, 4_901);

        assertThat(kinds(story)).containsExactlyInAnyOrder(Kind.OVERLAP, Kind.TOKEN_ORDER);
        assertThat(kindsApartFromLosses(story)).isEmpty();
    }

    @Test
    @DisplayName(
            "a failover accounts for a lost lock whose holder stalled between two clocks, and saw it end too early for a moment")
    void lossesWithStall() {
        Story story = new Story()
                .granted("1/a", 1, 5, 900, 950)
                .failover(1_000, 3_000, 4_000)
                .granted("2/a", 1, 6, 4_050, 4_060)
                .held("1/a", 1, 4_400, 4_870)
                .held("1/a", 1, 4_500, 4_901);

        assertThat(kinds(story)).containsExactly(Kind.OVERLAP);
        assertThat(kindsApartFromLosses(story)).isEmpty();
    }

    @Test
    @DisplayName("no failover accounts for a token that is given again when all is well: tokens follow the clock")
    void lostToken() {
        Story story = new Story()
                .granted("1/a", 1, 5, 900, 950)
                .released("1/a", 1, 960, 970)
                .failover(1_000, 3_000, 4_000)
                .granted("2/a", 1, 5, 60_000, 60_100);

        assertThat(kinds(story)).containsExactly(Kind.TOKEN_ORDER);
        assertThat(kindsApartFromLosses(story)).containsExactly(Kind.TOKEN_ORDER);
    }

    @Test
    @DisplayName("a failover accounts for what a master grants that goes on although it was replaced")
    void lossesOfOneThatWasReplaced() {
        Story story = new Story()
                .failover(1_000, 3_000, 4_000)
                .granted("1/a", 1, 5, 3_100, 3_200)
                .granted("2/a", 1, 4, 3_300, 3_400)
                .held("1/a", 1, 6_000, 9_000);

        assertThat(kinds(story)).containsExactlyInAnyOrder(Kind.OVERLAP, Kind.TOKEN_ORDER);
        assertThat(kindsApartFromLosses(story)).isEmpty();
    }

    @Test
    @DisplayName("a failover accounts for nothing that was granted long before it, or twice afterwards")
    void noLosses() {
        Story before = new Story()
                .granted("1/a", 1, 5, 900, 950)
                .failover(3_500, 3_600, 4_000)
                .granted("2/a", 1, 6, 3_700, 3_800);
        Story after = new Story()
                .failover(1_000, 2_000, 3_000)
                .granted("1/a", 1, 5, 3_050, 3_100)
                .granted("2/a", 1, 5, 3_200, 3_300);

        Story prolonged = new Story()
                .granted("1/a", 1, 5, 900, 950)
                .failover(1_000, 2_000, 3_000)
                .held("1/a", 1, 2_900, 4_900)
                .held("1/a", 1, 3_500, 7_000)
                .granted("2/a", 1, 6, 3_400, 3_600);

        assertThat(kindsApartFromLosses(before)).containsExactly(Kind.OVERLAP);
        assertThat(kindsApartFromLosses(prolonged)).containsExactly(Kind.OVERLAP);
        assertThat(kindsApartFromLosses(after)).containsExactlyInAnyOrder(Kind.OVERLAP, Kind.TOKEN_ORDER);
    }
}
