package io.syncguard.conformance;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on a model one of whose calls stalls, whichever the run says; run by {@link SuiteRun}, not by the build. */
class StalledModelSuite extends ModelSuite {
    /** The parameter that says which call of each test stalls. */
    static final String STALLED = "stalled";

    @RegisterExtension
    final BeforeEachCallback stalling = context -> server.stalledCall =
            context.getConfigurationParameter(STALLED, Integer::valueOf).orElseThrow();
}
