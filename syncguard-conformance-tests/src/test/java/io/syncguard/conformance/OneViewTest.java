package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** A run that is told which view to test. */
class OneViewTest {
    private static SuiteRun in(String view) {
        return with(Map.of(ViewsOfRun.PARAMETER, view));
    }

    private static SuiteRun with(Map<String, String> parameters) {
        return SuiteRun.of(LauncherDiscoveryRequestBuilder.request()
                .configurationParameters(parameters)
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
    @DisplayName("a view that is named for a class is that class's, whatever the run's view is")
    void viewOfClass() {
        SuiteRun own =
                with(Map.of(ViewsOfRun.PARAMETER, "nonsense", ViewsOfRun.parameterFor(ModelSuite.class), "async"));
        SuiteRun others = with(Map.of(ViewsOfRun.parameterFor(OneViewTest.class), "async"));

        SuiteRun none = with(Map.of(ViewsOfRun.PARAMETER, "async", ViewsOfRun.parameterFor(ModelSuite.class), ""));

        assertThat(own.failures()).isEmpty();
        assertThat(own.succeeded()).isEqualTo(1);
        assertThat(others.succeeded()).isEqualTo(2);
        assertThat(none.succeeded()).isEqualTo(1);
    }

    @Test
    @DisplayName("a view that does not exist fails the run, and the message says which there are")
    void unknownView() {
        SuiteRun run = in("blokcing");

        assertThat(run.succeeded()).isZero();
        assertThat(run.failures().values()).singleElement().asString().contains("'blokcing'", "blocking, async");
    }
}
