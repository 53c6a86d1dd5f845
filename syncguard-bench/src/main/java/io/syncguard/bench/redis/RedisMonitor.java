package io.syncguard.bench.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;

/** Looks at the server from outside, over a connection of its own. Thread-safe; each call blocks for one round trip. */
public final class RedisMonitor implements AutoCloseable {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    /** Connects. */
    public RedisMonitor(String redisUri) {
        this.client = RedisClient.create(redisUri);
        this.connection = client.connect();
    }

    public Snapshot snapshot() {
        long before = System.nanoTime();
        CommandCount count = CommandCount.in(connection.sync().info("commandstats"));
        return new Snapshot(before + (System.nanoTime() - before) / 2, count);
    }

    /** Removes all keys. */
    public void empty() {
        String unused = connection.sync().flushall();
    }

    public String serverVersion() {
        return connection
                .sync()
                .info("server")
                .lines()
                .filter(line -> line.startsWith("redis_version:"))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .findFirst()
                .orElse("unknown");
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
