package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisMonitor;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What goes over the wire, as the server's MONITOR sees it. */
public abstract class RoundTrips {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @Test
    @DisplayName("RDS-1, ACQ-1, REL-1 an uncontended acquire and release are two EVALSHA and nothing else")
    protected void twoCommandsPerPair() throws InterruptedException {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.using(open(server.uri()))) {
            // Connects, and leaves the scripts in the server's cache.
            guard.run("warm-up", () -> {});
            ServerQuestions.await(server, 1);

            List<String> seen = monitored(server, () -> {
                try (HeldLock lock = guard.tryAcquire(
                                "payment:42", LockOptions.defaults().withTtl(Duration.ofSeconds(30)))
                        .orElseThrow()) {
                    assertThat(lock.isHeld()).isTrue();
                }
            });

            assertThat(seen).as("commands on the wire").hasSize(2).allMatch(line -> line.contains("\"EVALSHA\""));
        }
    }

    @Test
    @DisplayName("RDS-1 a server that forgot the scripts costs one EVAL each and no failure")
    protected void survivesScriptFlush() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard guard = SyncGuard.using(open(server.uri()));
                UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port())) {
            FenceToken before = guard.call("job", HeldLock::fence);

            raw.scriptFlush();

            assertThat(guard.call("job", HeldLock::fence)).isGreaterThan(before);
        }
    }

    /** Returns the commands clients sent while the action ran; what scripts call on the server is left out. */
    private static List<String> monitored(RedisTestServer server, Runnable action) throws InterruptedException {
        String end = "end-of-monitoring";
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Jedis connection = new Jedis("127.0.0.1", server.port());
        Thread reader = new Thread(() -> {
            try {
                connection.monitor(new JedisMonitor() {
                    @Override
                    public void proceed(Connection client) {
                        started.countDown();
                        super.proceed(client);
                    }

                    @Override
                    public void onCommand(String command) {
                        if (command.contains(end)) {
                            ended.countDown();
                        } else if (!command.contains(" lua]")) {
                            lines.add(command);
                        }
                    }
                });
            } catch (JedisConnectionException e) {
                // Closed below.
            }
        });
        try (Jedis marker = new Jedis("127.0.0.1", server.port())) {
            marker.ping();
            reader.start();
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            lines.clear();
            action.run();
            marker.echo(end);
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            connection.disconnect();
            reader.join(30_000);
        }
        return List.copyOf(lines);
    }
}
