package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;

/** The suite on a model that cannot wake those that wait; run by {@link SuiteRun}, not by the build. */
class PollingModelSuite extends ModelSuite {
    @Override
    protected LockBackend createBackend() {
        return new ModelBackend(server, null).polling();
    }
}
