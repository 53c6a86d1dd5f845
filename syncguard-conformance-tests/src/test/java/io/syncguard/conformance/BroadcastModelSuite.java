package io.syncguard.conformance;

/** The suite on a model whose releases call everybody that waits; run by {@link SuiteRun}, not by the build. */
class BroadcastModelSuite extends ModelSuite {
    @Override
    ModelBackend ofKind(ModelBackend backend) {
        return backend.broadcasting();
    }
}
