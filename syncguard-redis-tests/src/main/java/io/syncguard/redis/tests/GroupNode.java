package io.syncguard.redis.tests;

import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import redis.clients.jedis.Jedis;

/**
 * A server of a group, and where the others and their clients find it.
 *
 * @param server the server
 * @param proxy what everybody is told to connect to in its place; empty if there is nothing in between
 */
public record GroupNode(RedisTestServer server, Optional<FaultProxy> proxy) implements AutoCloseable {
    static GroupNode direct(RedisTestServer server) {
        return new GroupNode(server, Optional.empty());
    }

    /**
     * Starts a server behind a proxy.
     *
     * @param portSetting the setting for the port that the server tells others
     * @param start starts the server with further settings
     */
    static GroupNode behindProxy(String portSetting, Function<List<String>, RedisTestServer> start) {
        FaultProxy proxy = new FaultProxy();
        RedisTestServer server = start.apply(List.of(portSetting, Integer.toString(proxy.port())));
        proxy.forwardTo(server.port());
        return new GroupNode(server, Optional.of(proxy));
    }

    String host() {
        return server.host();
    }

    int port() {
        return proxy.map(FaultProxy::port).orElseGet(server::clientPort);
    }

    String address() {
        return host() + ":" + port();
    }

    /** Returns a connection to the server itself. */
    Jedis connect() {
        return connect(server);
    }

    static Jedis connect(RedisTestServer server) {
        return new Jedis(server.host(), server.port());
    }

    @Override
    public void close() {
        server.close();
        closeProxy();
    }

    /** Closes what is in front of a server that somebody else closes. */
    void closeProxy() {
        proxy.ifPresent(FaultProxy::close);
    }
}
