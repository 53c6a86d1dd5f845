package io.syncguard.redis.tests;

import io.syncguard.conformance.RestartableServer;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.function.BiFunction;

/** A Redis that a test of the conformance suite kills. */
public final class RestartableRedis implements RestartableServer {
    private final RedisTestServer server;
    private final BiFunction<RedisTestServer, Duration, LockBackend> open;

    private RestartableRedis(RedisTestServer server, BiFunction<RedisTestServer, Duration, LockBackend> open) {
        this.server = server;
        this.open = open;
    }

    /**
     * Starts one that comes back without anything.
     *
     * @param open returns a new backend on the server with that operation timeout
     */
    public static RestartableRedis forgetful(BiFunction<RedisTestServer, Duration, LockBackend> open) {
        return new RestartableRedis(RedisTestServer.start(), open);
    }

    /**
     * Starts one that comes back with all that it has acknowledged.
     *
     * @param open returns a new backend on the server with that operation timeout
     */
    public static RestartableRedis durable(BiFunction<RedisTestServer, Duration, LockBackend> open) {
        return new RestartableRedis(RedisTestServer.startDurable(), open);
    }

    /** Returns the URI of a backend with an operation timeout, and with patience for its first connection. */
    public static String uri(RedisTestServer server, Duration operationTimeout) {
        return PatientUri.of(server.uri() + "?operationTimeoutMillis=" + operationTimeout.toMillis());
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return open.apply(server, operationTimeout);
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void start() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
