package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** Runs of the suite that use one server at the same time, as two builds do. */
class OneServerTest {
    private static final ModelServer SERVER = new ModelServer();

    /** One run. Its tests have no server of their own either. */
    static class FirstSuite extends ModelSuite {
        FirstSuite() {
            server = SERVER;
        }
    }

    /** The other run. */
    static class SecondSuite extends FirstSuite {}

    @Test
    @DisplayName("two runs on one server, their tests side by side, do not meet")
    void sideBySide() {
        SuiteRun run = SuiteRun.of(LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        DiscoverySelectors.selectClass(FirstSuite.class),
                        DiscoverySelectors.selectClass(SecondSuite.class)));

        assertThat(run.failures()).isEmpty();
        // What is about a moment is skipped if the machine leaves it no time. A missing hook would skip many more.
        assertThat(run.notRun()).as("tests skipped").isLessThanOrEqualTo(3);
        assertThat(run.succeeded()).as("tests of both").isGreaterThanOrEqualTo(600);
    }
}
