package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The suite itself: correct backends pass. */
class CorrectBackendsTest {
    @Test
    @DisplayName("a correct backend passes every test of the suite, and none is skipped")
    void correctBackendPasses() {
        SuiteRun run = SuiteRun.of(ModelSuite.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.notRun()).as("tests skipped").isZero();
        assertThat(run.succeeded()).as("tests of the suite").isGreaterThanOrEqualTo(300);
    }

    @Test
    @DisplayName("a backend that cannot wake those that wait passes, and what it was not asked is seen as skipped")
    void pollingBackendPasses() {
        SuiteRun whole = SuiteRun.of(ModelSuite.class);

        SuiteRun run = SuiteRun.of(PollingModelSuite.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.aborted())
                .as("tests skipped")
                .hasSize(run.notRun())
                .hasSizeGreaterThan(40)
                .allSatisfy((test, reason) -> assertThat(reason).contains("does not wake those that wait"));
        assertThat(run.succeeded() + run.notRun()).as("tests of the suite").isEqualTo(whole.succeeded());
    }
}
