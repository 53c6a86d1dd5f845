package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A user who may not subscribe at first. */
@Timeout(240)
public abstract class MendedPermissions {
    private static final String USER = "app";
    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(90)).withMaxRetries(Integer.MAX_VALUE);

    private final String client;

    /**
     * @param client how schemes end that this client opens, such as {@code +jedis}
     */
    protected MendedPermissions(String client) {
        this.client = client;
    }

    @Test
    @DisplayName(
            "WAI-4 who was not allowed to subscribe waits all the same, and is told once he is allowed, in the same guard")
    protected void channels() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            mended(server, admin, "resetchannels", "allchannels");
        }
    }

    @Test
    @DisplayName("WAI-4 the same for the command itself")
    protected void command() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            mended(server, admin, "-subscribe", "+subscribe");
        }
    }

    private void mended(RedisTestServer server, Jedis admin, String forbidden, String allowed) throws Exception {
        admin.aclSetUser(USER, "on", ">secret", "~*", "&*", "+@all", forbidden);
        String uri = PatientUri.of("redis" + client + "://app:secret@127.0.0.1:" + server.port());
        try (SyncGuard holder = SyncGuard.connect(uri);
                SyncGuard waiting = SyncGuard.connect(uri)) {
            waitsForAndGets(
                    "before", holder, waiting, () -> Await.until("it was refused twice", () -> refused(admin) >= 2));
            assertThat(admin.pubsubChannels()).isEmpty();

            admin.aclSetUser(USER, allowed);

            Await.until("it has subscribed", () -> !admin.pubsubChannels().isEmpty());
            waitsForAndGets(
                    "after",
                    holder,
                    waiting,
                    () -> Await.until("it is in line, to be told", () -> admin.zcard("syncguard:wait:after") == 1));
        }
    }

    /** Has one wait for the other's lock until something has happened meanwhile. */
    private static void waitsForAndGets(String key, SyncGuard holder, SyncGuard waiting, Runnable meanwhile)
            throws InterruptedException {
        Await.connected(holder);
        HeldLock held = holder.tryAcquire(key, LockOptions.defaults().withTtl(Duration.ofMinutes(2)))
                .orElseThrow();
        CountDownLatch done = new CountDownLatch(1);
        Thread waiter = new Thread(() -> waiting.run(key, PATIENT, done::countDown));
        waiter.setDaemon(true);
        waiter.start();
        meanwhile.run();
        held.close();
        assertThat(done.await(90, TimeUnit.SECONDS))
                .as("the waiter gets the lock")
                .isTrue();
        waiter.join();
    }

    private static long refused(Jedis admin) {
        return admin.info("errorstats")
                .lines()
                .filter(line -> line.startsWith("errorstat_NOPERM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*count=(\\d+).*", "$1")))
                .sum();
    }
}
