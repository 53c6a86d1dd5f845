package io.syncguard.conformance;

import org.junit.jupiter.api.BeforeEach;

/**
 * The suite on a model whose calls take longer than it leaves a turn to the one whose it is; run by {@link SuiteRun}, not by the build.
 */
class SlowModelSuite extends ModelSuite {
    @BeforeEach
    void slow() {
        server.slowMillis = 150;
        server.turnMillis = 120;
    }
}
