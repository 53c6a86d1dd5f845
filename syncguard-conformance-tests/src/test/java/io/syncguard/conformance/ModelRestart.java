package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A model server of its own that can be killed. */
final class ModelRestart implements RestartableServer {
    private final ModelServer server = new ModelServer();
    private final @Nullable Fault fault;
    private final boolean keepsData;
    private final UnaryOperator<ModelBackend> kind;
    private final ModelNetwork way;

    /** @param kind makes a new backend one of the kind that is tested */
    ModelRestart(@Nullable Fault fault, boolean keepsData, UnaryOperator<ModelBackend> kind) {
        this.fault = fault;
        this.keepsData = keepsData;
        this.kind = kind;
        this.way = new ModelNetwork((network, timeout) -> createBackend(timeout));
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return kind.apply(new ModelBackend(server, fault, way, operationTimeout));
    }

    @Override
    public void kill() {
        way.goDown();
        if (!keepsData) {
            server.lose();
        }
    }

    @Override
    public void start() {
        way.comeBack();
    }

    @Override
    public void close() {
        way.close();
    }
}
