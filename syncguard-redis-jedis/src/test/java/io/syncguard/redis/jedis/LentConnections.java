package io.syncguard.redis.jedis;

import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.spi.LockBackend;
import java.time.Duration;

/** A network whose connections are those of a client that was handed in, so that they stay open when a backend is closed. */
final class LentConnections implements FaultyNetwork {
    private final FaultyNetwork network;

    LentConnections(FaultyNetwork network) {
        this.network = network;
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return network.createBackend(operationTimeout);
    }

    @Override
    public void stall() {
        network.stall();
    }

    @Override
    public void stallAnswers() {
        network.stallAnswers();
    }

    @Override
    public void resume() {
        network.resume();
    }

    @Override
    public void cutConnections() {
        network.cutConnections();
    }

    @Override
    public void close() {
        network.close();
    }
}
