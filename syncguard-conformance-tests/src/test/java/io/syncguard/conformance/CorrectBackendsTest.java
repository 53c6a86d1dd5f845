package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The suite itself: correct backends pass. */
class CorrectBackendsTest {
    /** What an author can give the suite, and need not. */
    private static final List<String> MEANS =
            List.of("setFenceCounter", "openFaultyNetwork", "startServer", "addressForProcesses");

    private static SuiteRun whole;

    @BeforeAll
    static void runWhole() {
        whole = SuiteRun.of(ModelSuite.class);
    }

    @Test
    @DisplayName("a correct backend passes every test of the suite, and none is skipped")
    void correctBackendPasses() {
        assertThat(whole.failures()).isEmpty();
        assertThat(whole.notRun()).as("tests skipped").isZero();
        assertThat(whole.succeeded()).as("tests of the suite").isGreaterThanOrEqualTo(300);
    }

    @Test
    @DisplayName("a correct backend whose releases call everybody passes every test, and none is skipped")
    void broadcastingBackendPasses() {
        SuiteRun run = SuiteRun.of(BroadcastModelSuite.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.notRun()).as("tests skipped").isZero();
        assertThat(run.succeeded()).as("tests of the suite").isEqualTo(whole.succeeded());
        assertThat(run.certificates().get(BroadcastModelSuite.class.getName() + ".md"))
                .contains("| Wake-ups | broadcast: ");
    }

    @Test
    @DisplayName("a backend that cannot wake those that wait passes, and what it was not asked is seen as skipped")
    void pollingBackendPasses() {
        SuiteRun run = SuiteRun.of(PollingModelSuite.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.aborted())
                .as("tests skipped")
                .hasSize(run.notRun())
                .hasSizeGreaterThan(40)
                .allSatisfy((test, reason) -> assertThat(reason).contains("does not wake those that wait"));
        assertThat(run.succeeded() + run.notRun()).as("tests of the suite").isEqualTo(whole.succeeded());
    }

    @Test
    @DisplayName(
            "a backend that gives the suite no means of its server's passes, and what was not asked is seen as skipped")
    void backendWithoutMeansPasses() {
        SuiteRun run = SuiteRun.of(CounterlessModelSuite.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.aborted()).as("tests skipped").hasSize(run.notRun()).allSatisfy((test, reason) -> assertThat(
                        reason)
                .containsAnyOf(MEANS.toArray(String[]::new)));
        assertThat(MEANS).allSatisfy(means -> assertThat(run.aborted().values())
                .anySatisfy(reason -> assertThat(reason).contains("override " + means)));
        assertThat(run.aborted()).hasSizeBetween(60, 130);
        assertThat(run.succeeded() + run.notRun()).as("tests of the suite").isEqualTo(whole.succeeded());
    }
}
