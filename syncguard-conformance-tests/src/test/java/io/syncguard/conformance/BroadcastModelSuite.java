package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;

/** The suite on a model whose releases call everybody that waits; run by {@link SuiteRun}, not by the build. */
class BroadcastModelSuite extends ModelSuite {
    @Override
    protected LockBackend createBackend() {
        return new ModelBackend(server, null).broadcasting();
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return new ModelNetwork((network, timeout) -> new ModelBackend(server, null, network, timeout).broadcasting());
    }
}
