package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ZAddParams;
import redis.clients.jedis.resps.Tuple;

/** The line of those that wait for one lock, each with a guard of its own, when something odd happens. */
@Timeout(240)
public abstract class WaitersInLine {
    private static final String KEY = "wanted";
    private static final String LINE = "syncguard:wait:" + KEY;
    private static final Ttl TTL = new Ttl(120_000);
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(90)).withMaxRetries(Integer.MAX_VALUE);

    private final String client;

    /**
     * @param client how schemes end that this client opens, such as {@code +jedis}
     */
    protected WaitersInLine(String client) {
        this.client = client;
    }

    private String uri(RedisTestServer server) {
        return PatientUri.of(server.uri().replace("redis://", "redis" + client + "://"));
    }

    private static Thread waiter(SyncGuard guard, String name, List<String> served) {
        Thread thread = new Thread(() -> guard.run(KEY, PATIENT, () -> served.add(name)), name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(90));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).as("%s still waits", thread.getName()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("WAI-4, ACQ-4 giving up a lock that somebody waits for tells the waiter, in both views")
    protected void abandoned(boolean async) {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis raw = new Jedis("127.0.0.1", server.port());
                LockBackend holder = (LockBackend) SyncGuard.openBackend(uri(server));
                SyncGuard waiting = SyncGuard.connect(uri(server))) {
            abandoned(holder, waiting, async, () -> raw.keys("*:wait:*"));
        }
    }

    @Test
    @DisplayName("WAI-4, CLU-5, ACQ-4 giving up a lock that somebody waits for tells the waiter in a cluster too")
    protected void abandonedInCluster() {
        ShardedChannels.assume();
        try (ClusterGroup cluster = new ClusterGroup()) {
            cluster.awaitWhole();
            String uri = PatientUri.of("redis-cluster" + client + "://" + cluster.nodes());
            try (LockBackend holder = (LockBackend) SyncGuard.openBackend(uri);
                    SyncGuard waiting = SyncGuard.connect(uri)) {
                abandoned(holder, waiting, false, () -> cluster.keys("*:wait:*"));
            }
        }
    }

    private static void abandoned(LockBackend holder, SyncGuard waiting, boolean async, Supplier<Set<String>> lines) {
        Await.connected(holder);
        LockKey key = LockKey.of(KEY);
        LockId id = holder.newLockId(key);
        assertThat(holder.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
        List<String> served = new CopyOnWriteArrayList<>();
        Thread waiter = waiter(waiting, "waiter", served);
        Await.until("it is in line", () -> !lines.get().isEmpty());

        if (async) {
            holder.async().abandon(key, id, TTL).join();
        } else {
            holder.abandon(key, id, TTL);
        }

        assertThat(lines.get()).as("who has not been told").isEmpty();
        join(waiter);
        assertThat(served).containsExactly("waiter");
    }

    @Test
    @DisplayName("WAI-3, WAI-4 those that come after the server's clock went back stand behind those that came before")
    protected void clockWentBack() {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis raw = new Jedis("127.0.0.1", server.port());
                SyncGuard holder = SyncGuard.connect(uri(server));
                SyncGuard first = SyncGuard.connect(uri(server));
                SyncGuard second = SyncGuard.connect(uri(server));
                SyncGuard third = SyncGuard.connect(uri(server))) {
            Await.connected(holder);
            HeldLock held = holder.tryAcquire(KEY, LockOptions.defaults().withTtl(Duration.ofMinutes(2)))
                    .orElseThrow();
            List<String> served = new CopyOnWriteArrayList<>();
            List<Thread> waiters = new ArrayList<>();
            waiters.add(waiter(first, "first", served));
            Await.until("it is in line", () -> raw.zcard(LINE) == 1);
            Tuple registered = raw.zrangeWithScores(LINE, 0, 0).get(0);
            // As if it had come when the clock was an hour ahead.
            raw.zadd(
                    LINE,
                    registered.getScore() + 3_600_000,
                    registered.getElement(),
                    ZAddParams.zAddParams().xx());
            waiters.add(waiter(second, "second", served));
            Await.until("both are in line", () -> raw.zcard(LINE) == 2);
            List<String> two = raw.zrange(LINE, 0, -1);
            waiters.add(waiter(third, "third", served));
            Await.until("all are in line", () -> raw.zcard(LINE) == 3);

            assertThat(two).as("who is first of two").startsWith(registered.getElement());
            assertThat(raw.zrange(LINE, 0, -1)).as("who is in line").startsWith(two.toArray(String[]::new));
            held.close();

            waiters.forEach(WaitersInLine::join);
            assertThat(served).containsExactlyInAnyOrder("first", "second", "third");
        }
    }
}
