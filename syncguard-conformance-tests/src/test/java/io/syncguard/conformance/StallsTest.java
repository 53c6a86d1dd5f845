package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.testsupport.Pause;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.opentest4j.TestAbortedException;

/** The suite where a call takes longer than locks live, as on a machine that is busy or was suspended. */
@Tag("side-by-side")
class StallsTest {
    /** Tests of locks that are about to end. */
    private static final List<String> TIME_CRITICAL = List.of(
            "liveWithinTolerance",
            "deadAfterTolerance",
            "momentOfFreedom",
            "extensionMovesFreedom",
            "oneTimeAuthority",
            "everyTtl(long)",
            "timeLeft",
            "pureWithinTolerance",
            "savesWithinTolerance",
            "outlivesTheFirstTtl",
            "contentionTellsTheEnd",
            "lateReleaseSparesTheNextHolder",
            "expiryKeepsTheCounter",
            "repeatedWithinTolerance",
            "secondKeyWithinTolerance",
            "contendedWithinTolerance",
            "extendedWithinTolerance",
            "releasedWithinTolerance",
            "abandonedWithinTolerance",
            "listedWithinTolerance",
            "releaseWithinToleranceCalls",
            "contentionTellsTheEndAfterAnExtension",
            "waitsBeyondTheFirstEnd");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8})
    @DisplayName("a correct backend passes what is critical in time though one of its calls stalls")
    void stalledCall(int call) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .configurationParameter(StalledModelSuite.STALLED, Integer.toString(call));
        TIME_CRITICAL.forEach(test ->
                request.selectors(DiscoverySelectors.selectMethod(StalledModelSuite.class.getName() + "#" + test)));

        SuiteRun run = SuiteRun.of(request);

        assertThat(run.failures()).isEmpty();
        assertThat(run.notRun()).as("tests skipped").isZero();
        assertThat(run.succeeded()).as("tests in both views").isEqualTo(2 * (TIME_CRITICAL.size() + 4));
    }

    @Test
    @DisplayName(
            "where it takes long to serve a turn, others are called for good reason: that is skipped, with a reason")
    void slowTurns() {
        SuiteRun run = SuiteRun.of(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(SlowModelSuite.class, "levelIsKept")));

        assertThat(run.failures()).isEmpty();
        assertThat(run.aborted().values())
                .as("reasons in both views")
                .hasSize(2)
                .allSatisfy(reason -> assertThat(reason).contains("WAI-8 could not be checked", "100 ms", "5 times"));
    }

    @Test
    @DisplayName("a failure counts if it came in time, and a late one is followed by another attempt")
    void failuresInTime() {
        AtomicInteger attempts = new AtomicInteger();

        assertThatThrownBy(() -> Timely.check("TIME-2", 60_000, () -> {
                    throw new AssertionError("TIME-2 attempt " + attempts.incrementAndGet());
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("TIME-2 attempt 1");
        Timely.check("TIME-2", 5, () -> {
            if (attempts.incrementAndGet() < 4) {
                Pause.millis(6);
                throw new AssertionError("TIME-2 too late");
            }
        });

        assertThat(attempts).hasValue(4);
    }

    @Test
    @DisplayName("a check that never comes in time is skipped, with a reason")
    void neverInTime() {
        assertThatThrownBy(() -> Timely.check("TIME-2", 5, () -> {
                    Pause.millis(6);
                    throw new AssertionError("TIME-2 too late");
                }))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("TIME-2 could not be checked");
    }
}
