package io.syncguard.conformance;

import org.junit.jupiter.api.BeforeEach;

/** The suite on a model that is slow to serve who waits, and calls the next one meanwhile; run by {@link SuiteRun}, not by the build. */
class SlowModelSuite extends ModelSuite {
    @BeforeEach
    void slow() {
        server.lateMillis = 120;
    }
}
