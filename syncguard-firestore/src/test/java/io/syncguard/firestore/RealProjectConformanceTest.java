package io.syncguard.firestore;

import io.syncguard.LockKey;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.spi.LockBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The Firestore backend keeps the contract on a real project. */
@EnabledIfEnvironmentVariable(named = RealProject.VARIABLE, matches = ".+", disabledReason = RealProject.NOT_NAMED)
@Execution(ExecutionMode.SAME_THREAD)
class RealProjectConformanceTest extends LockBackendConformance {
    private static final FirestoreLockOptions OPTIONS = RealProject.newOptions();

    @AfterAll
    static void delete() {
        RealProject.delete(OPTIONS);
    }

    @Override
    protected LockBackend createBackend() {
        return RealProject.open(OPTIONS);
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        Emulated.setFence(RealProject.shared(), OPTIONS.collection(), key, value);
    }
}
