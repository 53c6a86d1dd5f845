package io.syncguard.firestore;

import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.TaskTimer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a backend, which nothing else in the JVM can keep busy. All of them end when they are idle, also without a close.
 * Thread-safe.
 */
final class FirestoreThreads implements AutoCloseable {
    private static final String NAME = "syncguard-firestore";
    private static final String STEPS_NAME = "syncguard-firestore-steps";
    private static final String TIMER_NAME = "syncguard-firestore-timer";
    private static final long IDLE_SECONDS = 1;

    private final TaskTimer timer = new TaskTimer(TIMER_NAME);

    /** Platform threads, because an application can keep all carriers of virtual ones busy. A step does not block. */
    private final ExecutorService steps = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            DaemonThreads.named(STEPS_NAME));

    /** Users' stages may block these against all advice, and delay nothing else. */
    private final ExecutorService dependents = DaemonThreads.perTask(NAME);

    /**
     * Runs a task on the timer's own thread when a call's time is over.
     *
     * @param task must not block, and runs no code of users
     * @return what cancels it; null once these threads are closed, when calls have ended
     */
    @Nullable
    Future<?> atTimeout(long nanos, Runnable task) {
        return timer.after(nanos, task);
    }

    /** Runs the next step of an operation after a pause; never once these threads are closed. */
    void after(long nanos, Runnable step) {
        timer.after(nanos, () -> run(step));
    }

    /** Runs a step of an operation; never once these threads are closed. */
    void run(Runnable step) {
        try {
            steps.execute(step);
        } catch (RejectedExecutionException closed) {
            // Nobody waits for the step any more.
        }
    }

    /** Runs what depends on an answer; on the calling thread once these threads are closed. */
    void dependents(Runnable task) {
        try {
            dependents.execute(task);
        } catch (RejectedExecutionException closed) {
            // Closing has ended the call, so nothing depends on the answer.
            task.run();
        }
    }

    /** Ends the threads, except those that are in a stage of a user's. Does not wait. */
    @Override
    public void close() {
        timer.close();
        steps.shutdown();
        dependents.shutdown();
    }
}
