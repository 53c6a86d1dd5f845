package io.syncguard.redis.jedis;

import io.syncguard.spi.DaemonThreads;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.util.Pool;

/**
 * Runs commands for one server on the caller's thread, which costs no hand-over between threads. The watchdog can end whatever
 * such a call waits for. ({@link HandOverRunner} is for clients that keep their connections to themselves.)
 */
final class CallersThreadRunner implements CommandRunner {
    private final CallWatchdog watchdog;
    private final ConnectionSource source;
    private final ServerConnections connections;
    private final @Nullable ExecutorService workers;

    private CallersThreadRunner(
            CallWatchdog watchdog, ConnectionSource source, int connections, @Nullable ExecutorService workers) {
        this.watchdog = watchdog;
        this.source = source;
        this.connections = new ServerConnections(source, connections, ServerConnections.UNUSED, watchdog);
        this.workers = workers;
    }

    /** Returns a runner on connections that are opened on the callers' threads. */
    static CallersThreadRunner on(ConnectionSource source, int connections, CallWatchdog watchdog) {
        return new CallersThreadRunner(watchdog, source, connections, null);
    }

    /** Returns a runner on connections of its own, opened as the pool of a client that was handed in opens them. */
    static CallersThreadRunner likeThoseOf(Pool<Connection> pool, int connections) {
        ExecutorService workers = DaemonThreads.perTask("syncguard-jedis-connect");
        return new CallersThreadRunner(
                new CallWatchdog(), new HandedInConnectionSource(pool, connections, workers), connections, workers);
    }

    @Override
    public @Nullable Object run(CommandObject<Object> command, InFlightCall call) {
        try {
            return connections.run(command.getArguments(), false, call);
        } catch (RuntimeException e) {
            throw JedisFailures.isPoolClosed(e) && source.isClosed() ? new ClientClosedException(e) : e;
        }
    }

    @Override
    public void fellSilent() {
        connections.closeIdle();
    }

    @Override
    public void close() {
        watchdog.close();
        connections.close();
        if (workers != null) {
            WorkerThreads.end(workers);
        }
    }
}
