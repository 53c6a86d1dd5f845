package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

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
    }

    @Test
    @DisplayName("a correct backend passes every test of the suite, and none is skipped")
    void correctBackendPasses() {
        SuiteRun run = SuiteRun.of(ModelSuite.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.notRun()).as("tests skipped").isZero();
        assertThat(run.succeeded()).as("tests of the suite").isGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a planted fault is caught by the rule it breaks, in words a reader understands")
    void faultIsCaught(Fault fault) {
        ModelSuite.fault = fault;

        SuiteRun run = SuiteRun.of(ModelSuite.class);

        assertThat(run.failures()).as("tests that failed because of %s", fault).anySatisfy((test, message) -> {
            assertThat(test).as("the test's name").contains(fault.rule());
            assertThat(message).as("the test's message").contains(fault.rule(), fault.words());
        });
    }
}
