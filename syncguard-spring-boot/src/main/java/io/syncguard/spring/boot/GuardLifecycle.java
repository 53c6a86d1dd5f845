package io.syncguard.spring.boot;

import org.springframework.context.SmartLifecycle;

/**
 * Closes the guard when the application context stops: after web servers, message listeners, executors and schedulers have ended their
 * work, which may hold locks, and before the connection factory closes its client, by which locks are released.
 */
final class GuardLifecycle implements SmartLifecycle {
    /** Below the executors of Spring, which have half of the greatest number, and above connection factories, which have zero. */
    static final int PHASE = Integer.MAX_VALUE / 4;

    private final RestartableGuard guard;

    GuardLifecycle(RestartableGuard guard) {
        this.guard = guard;
    }

    @Override
    public void start() {
        guard.reopen();
    }

    /** Blocks until the locks are released, within the close timeout. */
    @Override
    public void stop() {
        guard.close();
    }

    @Override
    public boolean isRunning() {
        return guard.isOpen();
    }

    /** A connection factory in a later phase than usual is still there when the guard is closed. */
    @Override
    public int getPhase() {
        int connection = guard.place().phase();
        return connection < PHASE ? PHASE : connection == Integer.MAX_VALUE ? connection : connection + 1;
    }
}
