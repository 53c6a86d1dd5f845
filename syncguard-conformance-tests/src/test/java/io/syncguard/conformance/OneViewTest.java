package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** A run that is told which view to test. */
class OneViewTest {
    private static SuiteRun in(String view) {
        return SuiteRun.of(LauncherDiscoveryRequestBuilder.request()
                .configurationParameter(ViewsOfRun.PARAMETER, view)
                .selectors(DiscoverySelectors.selectMethod(ModelSuite.class, "contentionIsAValue")));
    }

    @Test
    @DisplayName("a run of one view tests that alone, and its certificate says that it is partial")
    void oneView() {
        for (String view : new String[] {"blocking", "async"}) {
            SuiteRun run = in(view);

            assertThat(run.failures()).isEmpty();
            assertThat(run.succeeded()).as("tests in the view %s", view).isEqualTo(1);
            assertThat(run.certificates().get(ModelSuite.class.getName() + ".txt"))
                    .startsWith("SyncGuard conformance: partial run, ");
        }
    }

    @Test
    @DisplayName("a view that does not exist fails the run, and the message says which there are")
    void unknownView() {
        SuiteRun run = in("blokcing");

        assertThat(run.succeeded()).isZero();
        assertThat(run.failures().values()).singleElement().asString().contains("'blokcing'", "blocking, async");
    }
}
