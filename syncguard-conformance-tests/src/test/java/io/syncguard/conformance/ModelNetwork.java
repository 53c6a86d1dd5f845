package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;
import io.syncguard.testsupport.Pause;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The way of some model backends to their server. */
final class ModelNetwork implements FaultyNetwork {
    /** Long enough for several requests. */
    private static final long DYING_MILLIS = 20;

    private final BiFunction<ModelNetwork, Duration, LockBackend> backends;
    private final List<Runnable> kept = new ArrayList<>();
    private final List<Runnable> keptAnswers = new ArrayList<>();
    private final List<CompletableFuture<?>> unanswered = new ArrayList<>();
    private boolean stalled;
    private boolean answersStalled;
    private int cuts;
    private int connections;
    private boolean dying;
    private boolean down;
    private boolean wasDown;

    ModelNetwork(BiFunction<ModelNetwork, Duration, LockBackend> backends) {
        this.backends = backends;
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        synchronized (this) {
            connections++;
        }
        return backends.apply(this, operationTimeout);
    }

    /** Returns the answer to a request, which comes once the request has been delivered. */
    <T> CompletableFuture<T> send(Supplier<T> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable delivery = () -> {
            try {
                T result = request.get();
                if (isDying()) {
                    answer.completeExceptionally(new SocketException("the server was killed before it answered"));
                }
                answer(answer, result);
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        };
        synchronized (this) {
            if (down) {
                answer.completeExceptionally(new ConnectException("nobody listens"));
                return answer;
            }
            if (stalled) {
                kept.add(delivery);
                return answer;
            }
        }
        delivery.run();
        return answer;
    }

    private <T> void answer(CompletableFuture<T> answer, T result) {
        synchronized (this) {
            if (answersStalled) {
                keptAnswers.add(() -> answer.complete(result));
                unanswered.add(answer);
                return;
            }
        }
        answer.complete(result);
    }

    /** Kills the server at the other end: some requests are done and not answered, and those after them are refused. */
    void goDown() {
        synchronized (this) {
            dying = true;
        }
        Pause.millis(DYING_MILLIS);
        synchronized (this) {
            dying = false;
            down = true;
            wasDown = true;
        }
    }

    synchronized void comeBack() {
        down = false;
    }

    private synchronized boolean isDying() {
        return dying;
    }

    synchronized boolean isDown() {
        return down;
    }

    synchronized boolean wasDown() {
        return wasDown;
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
    public synchronized void stallAnswers() {
        answersStalled = true;
    }

    @Override
    public void resume() {
        List<Runnable> late;
        synchronized (this) {
            stalled = false;
            answersStalled = false;
            late = new ArrayList<>(kept);
            late.addAll(keptAnswers);
            kept.clear();
            keptAnswers.clear();
            unanswered.clear();
        }
        late.forEach(Runnable::run);
    }

    @Override
    public void cutConnections() {
        List<CompletableFuture<?>> broken;
        synchronized (this) {
            cuts++;
            broken = List.copyOf(unanswered);
            unanswered.clear();
            keptAnswers.clear();
        }
        broken.forEach(answer -> answer.completeExceptionally(new SocketException("the connection was cut")));
    }

    /** A backend that was created here has gone. */
    synchronized void disconnect() {
        connections--;
    }

    @Override
    public synchronized OptionalInt openConnections() {
        return OptionalInt.of(connections);
    }

    @Override
    public void close() {
        resume();
    }
}
