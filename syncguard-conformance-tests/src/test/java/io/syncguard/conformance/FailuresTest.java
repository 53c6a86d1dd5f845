package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.BackendUnavailableException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** The message that a backend's author sees of a failure that no rule foresees. */
class FailuresTest {
    /** Waits for less than one of its calls takes. */
    @Timeout(value = 500, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    static class ImpatientSuite extends StalledModelSuite {}

    @Test
    @DisplayName(
            "what a backend throws where nothing should fail is told with the rule, and is the cause at its own line")
    void thrown() {
        SuiteRun run = SuiteRun.of(ModelSuite.class, Fault.LOOKUP_BY_KEY_FAILS);

        assertThat(run.thrown().values()).anySatisfy(failure -> {
            assertThat(failure)
                    .isExactlyInstanceOf(AssertionError.class)
                    .hasCauseInstanceOf(BackendUnavailableException.class)
                    .hasMessageStartingWith("LKP-1 by key and by id the same lock is found, through any backend: "
                            + BackendUnavailableException.class.getName())
                    .hasMessageContaining("a lookup that the model refuses");
            assertThat(failure.getStackTrace()).isEqualTo(failure.getCause().getStackTrace());
        });
    }

    @Test
    @DisplayName("a test that takes too long, by its class's own limit, tells its rule as well")
    void tooLong() {
        SuiteRun run = SuiteRun.of(LauncherDiscoveryRequestBuilder.request()
                .configurationParameter(StalledModelSuite.STALLED, "1")
                .selectors(DiscoverySelectors.selectMethod(ImpatientSuite.class, "contentionIsAValue")));

        assertThat(run.failures()).hasSize(2).allSatisfy((test, message) -> assertThat(message)
                .startsWith("ACQ-2 contention is a value, not an exception: java.util.concurrent.TimeoutException")
                .contains("500 milliseconds"));
    }
}
