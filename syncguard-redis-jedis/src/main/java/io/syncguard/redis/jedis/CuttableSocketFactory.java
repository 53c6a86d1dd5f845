package io.syncguard.redis.jedis;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Opens sockets on behalf of calls in flight: connects within what is left of the call's time, and hands the socket to
 * the call, so that the login that follows ends with the call too (OPT-1, OPT-2). Thread-safe.
 */
final class CuttableSocketFactory implements JedisSocketFactory {
    private final ServerFinder servers;
    private final JedisClientConfig config;
    private final CallWatchdog watchdog;
    private final NameLookups names;

    CuttableSocketFactory(ServerFinder servers, JedisClientConfig config, CallWatchdog watchdog, NameLookups names) {
        this.names = names;
        this.servers = servers;
        this.config = config;
        this.watchdog = watchdog;
    }

    @Override
    public Socket createSocket() {
        InFlightCall call = watchdog.callOf(Thread.currentThread());
        if (call == null) {
            HostAndPort server = servers.find(Duration.ofMillis(config.getConnectionTimeoutMillis()), socket -> true);
            return new DefaultJedisSocketFactory(server, config).createSocket();
        }
        if (call.ended() != null) {
            // The pool wants a replacement for the connection that was cut.
            throw new JedisConnectionException("no time left to open a connection");
        }
        HostAndPort server = servers.find(Duration.ofNanos(Math.max(1, call.leftNanos())), call::opening);
        int addresses = names.count(server.getHost(), Math.max(1, call.leftNanos()), () -> call.ended() != null);
        // Jedis tries one address after the other, for so long each.
        JedisClientConfig hurried = within(call.leftNanos() / addresses);
        Socket socket = new DefaultJedisSocketFactory(server, hurried).createSocket();
        if (!call.opening(socket)) {
            closeQuietly(socket);
            throw new JedisConnectionException("ended while the connection was opened");
        }
        return socket;
    }

    private JedisClientConfig within(long leftNanos) {
        // Zero would mean without limit.
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos));
        return DefaultJedisClientConfig.builder()
                .from(config)
                .connectionTimeoutMillis((int) Math.min(millis, config.getConnectionTimeoutMillis()))
                .build();
    }

    /** Closes a socket that nobody needs any more. */
    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed or as good as closed.
        }
    }
}
