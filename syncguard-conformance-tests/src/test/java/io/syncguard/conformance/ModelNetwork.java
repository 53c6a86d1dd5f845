package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The way of some model backends to their server. */
final class ModelNetwork implements FaultyNetwork {
    private final BiFunction<ModelNetwork, Duration, LockBackend> backends;
    private final List<Runnable> kept = new ArrayList<>();
    private boolean stalled;
    private int cuts;

    ModelNetwork(BiFunction<ModelNetwork, Duration, LockBackend> backends) {
        this.backends = backends;
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return backends.apply(this, operationTimeout);
    }

    /** Returns the answer to a request, which comes once the request has been delivered. */
    <T> CompletableFuture<T> send(Supplier<T> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable delivery = () -> {
            try {
                answer.complete(request.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        };
        synchronized (this) {
            if (stalled) {
                kept.add(delivery);
                return answer;
            }
        }
        delivery.run();
        return answer;
    }

    synchronized boolean isStalled() {
        return stalled;
    }

    synchronized int cuts() {
        return cuts;
    }

    @Override
    public synchronized void stall() {
        stalled = true;
    }

    @Override
    public void resume() {
        List<Runnable> late;
        synchronized (this) {
            stalled = false;
            late = List.copyOf(kept);
            kept.clear();
        }
        late.forEach(Runnable::run);
    }

    @Override
    public synchronized void cutConnections() {
        cuts++;
    }

    @Override
    public void close() {
        resume();
    }
}
