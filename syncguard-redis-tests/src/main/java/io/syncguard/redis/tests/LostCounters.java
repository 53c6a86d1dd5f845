package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** What becomes of tokens when a server loses the counters: they rise on (FEN-1), and resources turn the same holders away as before. */
@Timeout(180)
public abstract class LostCounters {
    private static final String KEY = "job";
    private static final String COUNTER = "syncguard:fence:" + KEY;

    private final RedisTestServer elsewhere = RedisTestServer.start();
    private RedisFencedValues resource;
    private FencedHistory history;

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    /** Returns values on a new client for a {@code redis://} URI. The test closes them, and the subclass the client. */
    protected abstract RedisFencedValues values(String uri);

    @BeforeEach
    protected void connect() {
        resource = values(elsewhere.uri());
        history = new FencedHistory(resource);
    }

    @AfterEach
    protected void close() {
        resource.close();
        elsewhere.close();
    }

    private static FenceToken take(SyncGuard guard) {
        return guard.call(KEY, HeldLock::fence);
    }

    private void across(RedisTestServer server, String what, Consumer<Jedis> loss) {
        try (SyncGuard guard = SyncGuard.using(open(PatientUri.of(server.uri())))) {
            for (int i = 0; i < 5; i++) {
                history.next("before", take(guard));
            }

            try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
                loss.accept(admin);
            }

            for (int i = 0; i < 5; i++) {
                history.next(what, take(guard));
            }
        }
    }

    @Test
    @DisplayName("FEN-1 FLUSHALL")
    protected void flushed() {
        try (RedisTestServer server = RedisTestServer.start()) {
            across(server, "flushed", Jedis::flushAll);
        }
    }

    @Test
    @DisplayName("FEN-1, FEN-4 counters that are deleted by hand")
    protected void deleted() {
        try (RedisTestServer server = RedisTestServer.start()) {
            across(server, "deleted", admin -> assertThat(admin.del(COUNTER)).isEqualTo(1));
        }
    }

    @Test
    @DisplayName("FEN-1 counters that are evicted")
    protected void evicted() {
        try (RedisTestServer server = RedisTestServer.start("--maxmemory-policy", "allkeys-random")) {
            across(server, "evicted", admin -> {
                admin.configSet("maxmemory", "1");
                // The server makes room before it runs a command that needs some, and refuses that one.
                Await.until("the counter is evicted", () -> {
                    try {
                        admin.set("more", "data");
                    } catch (RuntimeException full) {
                        return !admin.exists(COUNTER);
                    }
                    return !admin.exists(COUNTER);
                });
                admin.configSet("maxmemory", "0");
            });
        }
    }

    @Test
    @DisplayName("FEN-1 a backup is restored that is older than the last tokens")
    protected void restored() {
        try (RedisTestServer server = RedisTestServer.start()) {
            across(server, "restored", admin -> {
                byte[] backup = admin.dump(COUNTER);
                try (SyncGuard guard = SyncGuard.using(open(PatientUri.of(server.uri())))) {
                    for (int i = 0; i < 5; i++) {
                        history.next("after the backup", take(guard));
                    }
                }
                admin.del(COUNTER);
                admin.restore(COUNTER, 0, backup);
            });
        }
    }

    @Test
    @DisplayName("FEN-1 a replica is promoted that lacks the last writes")
    protected void staleReplica() {
        try (RedisTestServer master = RedisTestServer.start();
                RedisTestServer replica = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", replica.port());
                SyncGuard guard = SyncGuard.using(open(PatientUri.of(master.uri())))) {
            history.next("before", take(guard));
            admin.replicaof("127.0.0.1", master.port());
            Await.until("the replica has the counter", () -> admin.exists(COUNTER));
            String seen = admin.get(COUNTER);
            // It hears nothing any more.
            admin.replicaof("127.0.0.1", 1);
            for (int i = 0; i < 5; i++) {
                history.next("unseen by the replica", take(guard));
            }
            assertThat(admin.get(COUNTER)).isEqualTo(seen);
            master.kill();
            admin.replicaofNoOne();

            try (SyncGuard after = SyncGuard.using(open(PatientUri.of(replica.uri())))) {
                for (int i = 0; i < 5; i++) {
                    history.next("on the replica", take(after));
                }
            }
        }
    }
}
