package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite itself: a correct backend passes, and no planted fault does. */
class PlantedFaultsTest {
    @AfterEach
    void remove() {
        ModelSuite.fault = null;
        Await.atMost(Await.LONGEST);
    }

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

    @ParameterizedTest
    @EnumSource
    @DisplayName("a planted fault is caught by the rule it breaks, in words a reader understands")
    void faultIsCaught(Fault fault) {
        ModelSuite.fault = fault;
        Await.atMost(Duration.ofSeconds(2));

        SuiteRun run = SuiteRun.of(ModelSuite.class);

        assertThat(run.failures()).as("tests that failed because of %s", fault).anySatisfy((test, message) -> {
            assertThat(test).as("the test's name").contains(fault.rule());
            assertThat(message).as("the test's message").contains(fault.rule(), fault.words());
        });
    }
}
