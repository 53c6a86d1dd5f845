package io.syncguard.conformance;

import io.syncguard.LockKey;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite on the model with whatever fault the run plants; run by {@link SuiteRun}, not by the build. */
class ModelSuite extends LockBackendConformance {
    ModelServer server = new ModelServer();

    @Nullable
    Fault fault;

    @RegisterExtension
    final BeforeEachCallback planting = context -> fault = context.getConfigurationParameter(SuiteRun.PLANTED)
            .map(Fault::valueOf)
            .orElse(null);

    /** Makes a new backend one of the kind that is tested. */
    ModelBackend ofKind(ModelBackend backend) {
        return backend;
    }

    @Override
    protected LockBackend createBackend() {
        return ofKind(new ModelBackend(server, fault));
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return new ModelNetwork((network, timeout) -> ofKind(new ModelBackend(server, fault, network, timeout)));
    }

    /** In one view it comes back with its locks, in the other without. */
    @Override
    protected RestartableServer startServer() {
        return new ModelRestart(fault, view() == View.ASYNC, this::ofKind);
    }

    @Override
    ClientProcess startProcess(Duration clockAhead) {
        return new ModelProcess(ofKind(new ModelBackend(server, fault)).withClock(clockAhead), view(), clockAhead);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        synchronized (server) {
            String counter = ModelBackend.counter(StorageKeys.under("model").stored(key), fault);
            if (value == 0) {
                server.fences.remove(counter);
            } else {
                server.fences.put(counter, value);
            }
        }
    }
}
