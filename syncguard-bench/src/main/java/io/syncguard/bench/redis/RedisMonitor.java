package io.syncguard.bench.redis;

import io.lettuce.core.ClientListArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the server from outside, over a connection of its own. Thread-safe; each call blocks for one round trip. */
public final class RedisMonitor implements AutoCloseable {
    /** Millions of keys may be put there or removed by one command, on a machine that has other things to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    /** Connects, and is the caller's to close. */
    public RedisMonitor(String redisUri) {
        this.client = RedisClient.create(redisUri);
        this.connection = client.connect();
        connection.setTimeout(PATIENCE);
    }

    /** Returns what the server has done so far. */
    public Snapshot snapshot() {
        long before = System.nanoTime();
        CommandCount count = CommandCount.in(connection.sync().info("commandstats"));
        return new Snapshot(before + (System.nanoTime() - before) / 2, count);
    }

    /** Removes all keys. */
    public void empty() {
        connection.sync().flushall();
    }

    /** Returns the server's version and its allocator, on which the memory of a key depends. */
    public String serverVersion() {
        return value("server", "redis_version").orElse("unknown")
                + " with "
                + value("memory", "mem_allocator").orElse("an unknown allocator");
    }

    /** Returns how many seconds of processor time the server has spent so far. */
    public double processorSeconds() {
        return Stream.of("used_cpu_user", "used_cpu_sys")
                .map(name -> value("cpu", name).orElseThrow())
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    private Optional<String> value(String section, String name) {
        return connection
                .sync()
                .info(section)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** Returns how many scripts the server has run so far, and how long they took it. */
    public ScriptTime scriptTime() {
        return ScriptTime.in(connection.sync().info("commandstats"));
    }

    /** Has the server compile a script, so that it can be called by its digest. Returns that. */
    public String load(byte[] script) {
        return connection.sync().scriptLoad(script);
    }

    /** Runs a script without keys and returns its reply, a text. */
    public String eval(String script, String... arguments) {
        return connection.sync().eval(script, ScriptOutputType.VALUE, new String[0], arguments);
    }

    /** Returns all keys that match a pattern. */
    public List<String> keys(String pattern) {
        return connection.sync().keys(pattern);
    }

    /** Returns how many bytes of memory a key and its value take. */
    public long memoryUsage(String key) {
        return connection.sync().memoryUsage(key);
    }

    /** Returns how many connections are subscribed to some channel. */
    public long subscribers() {
        return connection
                .sync()
                .clientList(ClientListArgs.Builder.typePubsub())
                .lines()
                .count();
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}
