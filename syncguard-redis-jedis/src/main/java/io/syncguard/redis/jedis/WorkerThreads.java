package io.syncguard.redis.jedis;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The end of threads that block in a client. Stateless. */
final class WorkerThreads {
    private static final long CLOSE_SECONDS = 1;

    private WorkerThreads() {}

    /** Ends threads, and waits a moment for those that still work. Does not interrupt them. */
    static void end(ExecutorService workers) {
        workers.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            var unused = workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
