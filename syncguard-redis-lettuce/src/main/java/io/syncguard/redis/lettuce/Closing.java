package io.syncguard.redis.lettuce;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for connections to close, so that the server knows when {@code close()} returns. Stateless. */
final class Closing {
    private static final long SECONDS = 1;

    private Closing() {}

    /** Returns whether the calling thread is one of Netty's, such as one that reads replies. */
    static boolean isOnEventLoop() {
        return Thread.currentThread() instanceof FastThreadLocalThread;
    }

    /**
     * Waits for a second at the most; not at all on a thread that may be the one that has to do it. An interrupt ends the wait, and the
     * thread stays interrupted.
     */
    static void await(CompletableFuture<?> closing) {
        if (isOnEventLoop()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            closing.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It never was open, or it closes without us watching.
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
