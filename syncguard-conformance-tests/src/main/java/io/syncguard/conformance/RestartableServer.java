package io.syncguard.conformance;

import io.syncguard.spi.LockBackend;
import java.time.Duration;

/**
 * A server of one test, which the test kills and starts again: a process that nobody else uses.
 *
 * <p>It may come back with the locks that it had, or without. The suite looks which, and asks for what follows. The suite calls its methods
 * from one thread at a time, and closes the backends before the server.
 */
public interface RestartableServer extends AutoCloseable {

    /**
     * Returns a new backend on the server, which may be down.
     *
     * @param operationTimeout the backend's operation timeout: a second where a test waits until it is over, and more than enough where
     *     not. If the backend has a connect timeout of its own, that is long
     */
    LockBackend createBackend(Duration operationTimeout);

    /** Kills the server, as {@code kill -9} does, and returns once it is gone. It has no time to write anything. */
    void kill();

    /** Starts the server that was killed again, at the address that it had, and returns once it answers. */
    void start();

    /** Ends the server if it runs, and deletes its data. */
    @Override
    void close();
}
