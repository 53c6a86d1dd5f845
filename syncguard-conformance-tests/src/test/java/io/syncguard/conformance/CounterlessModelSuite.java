package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;

/** The suite on a model whose author has not said how to set a counter; run by {@link SuiteRun}, not by the build. */
class CounterlessModelSuite extends LockBackendConformance {
    private final ModelServer server = new ModelServer();

    @Override
    protected LockBackend createBackend() {
        return new ModelBackend(server, null);
    }
}
