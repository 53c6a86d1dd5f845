package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.Await;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.spi.BackendUri;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.UnifiedJedis;

/** A pool that is used less than before (RDS-21). */
@Timeout(180)
class UnusedConnectionsTest {
    private static final int MANY = 6;
    private static final Duration UNUSED = Duration.ofMillis(1_500);
    private static final Duration LONG = Duration.ofMinutes(10);

    /** Whose the client is. */
    private enum Client {
        OWN,
        HANDED_IN
    }

    private final RedisTestServer server = RedisTestServer.start();
    // Named, because Jedis would otherwise connect right here to find out.
    private final UnifiedJedis client = JedisClients.create(
            new HostAndPort("127.0.0.1", server.port()),
            JedisClients.resp2(DefaultJedisClientConfig.builder()).build());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        client.close();
        server.close();
    }

    private ConnectionSource source(Client whose, CallWatchdog watchdog) {
        return whose == Client.OWN
                ? OwnClient.connections(
                        RedisAddress.from(BackendUri.parse(server.uri())), RedisOptions.defaults(), watchdog)
                : new HandedInConnectionSource(JedisDifferences.pool(client), MANY, threads);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RDS-21 connections that were not used for a while are closed, without a call")
    void allAreClosed(Client whose) throws Exception {
        withPool(whose, UNUSED, connections -> {
            useMany(connections);
            assertThat(open()).isEqualTo(MANY);

            Await.until("none is open", () -> open() == 0);

            ping(connections);
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RDS-21 the connections that one caller does not need are closed while it goes on")
    void needlessOnesAreClosed(Client whose) throws Exception {
        withPool(whose, UNUSED, connections -> {
            useMany(connections);
            assertThat(open()).isEqualTo(MANY);

            Await.until("one is open", () -> {
                ping(connections);
                return open() == 1;
            });
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "RDS-21 a connection stays open for as long as it may be unused, and one is used for one caller's calls")
    void usedOnesStay(Client whose) throws Exception {
        withPool(whose, LONG, connections -> {
            useMany(connections);
            long before = connectionsReceived();

            for (int i = 0; i < 50; i++) {
                ping(connections);
            }

            assertThat(open()).isEqualTo(MANY);
            assertThat(connectionsReceived() - before).as("the test's own").isEqualTo(2);
            return null;
        });
    }

    private void withPool(Client whose, Duration unused, Function<ServerConnections, Void> test) {
        try (CallWatchdog watchdog = new CallWatchdog()) {
            ServerConnections connections = new ServerConnections(source(whose, watchdog), MANY, unused, watchdog);
            var unusedResult = test.apply(connections);
            connections.close();
        }
        Await.until("none is open", () -> open() == 0);
    }

    /** Has as many calls under way at once as there may be connections. */
    private void useMany(ServerConnections connections) {
        CyclicBarrier together = new CyclicBarrier(MANY);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            calls.add(threads.submit(() -> {
                together.await();
                return run(
                        connections,
                        new CommandArguments(Command.BLPOP).add("nothing").add("0.5"));
            }));
        }
        try {
            for (Future<?> each : calls) {
                each.get(60, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Object ping(ServerConnections connections) {
        return run(connections, new CommandArguments(Command.PING));
    }

    private static Object run(ServerConnections connections, CommandArguments command) {
        return connections.run(command, false, new InFlightCall(System.nanoTime() + TimeUnit.SECONDS.toNanos(30)));
    }

    private long open() {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            return admin.clientList().lines().count() - 1;
        }
    }

    private long connectionsReceived() {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            return admin.info("stats")
                    .lines()
                    .filter(line -> line.startsWith("total_connections_received:"))
                    .map(line -> line.substring(line.indexOf(':') + 1))
                    .mapToLong(Long::parseLong)
                    .sum();
        }
    }
}
