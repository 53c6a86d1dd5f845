package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockListing;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/** Lists of locks among other keys, and by users who may do less. */
public abstract class Lists {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private static void take(LockBackend backend, String key) {
        assertThat(backend.acquire(LockKey.of(key), LockId.random(), new Ttl(30_000)))
                .isInstanceOf(Acquired.class);
    }

    private static List<String> keys(LockBackend backend, String start) {
        return locks(backend, start).stream().map(each -> each.lock().key()).toList();
    }

    private static List<ListedLock> locks(LockBackend backend, String start) {
        LockListing listing = backend.listing().orElseThrow();
        List<ListedLock> locks = new ArrayList<>();
        for (Optional<String> cursor = Optional.of(LockListing.START); cursor.isPresent(); ) {
            LockListing.Page page = listing.page(start, cursor.get());
            locks.addAll(page.locks());
            cursor = page.next();
        }
        return locks;
    }

    @Test
    @DisplayName("RDS-29 locks are found among thousands of other keys, over many pages")
    protected void amongOthers() {
        String prefix = "test-" + UUID.randomUUID();
        try (LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix)) {
            take(backend, "one");
            take(backend, "two");
            try (Jedis single = new Jedis(SharedRedis.uri());
                    var pipeline = single.pipelined()) {
                for (int i = 0; i < 2_000; i++) {
                    pipeline.set(prefix + ":fence:job-" + i, "1");
                    pipeline.set(prefix + "-other:job-" + i, "{\"lockId\":\"1\"}");
                }
                pipeline.sync();
            }

            assertThat(backend.listing()
                            .orElseThrow()
                            .page("", LockListing.START)
                            .next())
                    .isPresent();
            assertThat(keys(backend, "")).containsOnly("one", "two");
            assertThat(keys(backend, "t")).containsOnly("two");
        }
    }

    @Test
    @DisplayName("RDS-29 a start with characters that mean something in a pattern is taken literally")
    protected void pattern() {
        try (LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=test-" + UUID.randomUUID())) {
            take(backend, "a*[b]?^c\\d");
            take(backend, "axxbb^c\\d");
            take(backend, "a*");

            assertThat(keys(backend, "a*[b]?^c\\")).containsOnly("a*[b]?^c\\d");
            assertThat(keys(backend, "a*")).containsOnly("a*", "a*[b]?^c\\d");
        }
    }

    @Test
    @DisplayName("RDS-29, ERR-3 what is none of our locks is left out of a list")
    protected void foreign() {
        String prefix = "test-" + UUID.randomUUID();
        try (LockBackend backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix);
                UnifiedJedis raw = JedisClients.create(SharedRedis.uri())) {
            take(backend, "ours");
            raw.set(prefix + ":text", "text");
            raw.set(prefix + ":brace", "{");
            raw.set(prefix + ":json", "{\"lockId\":\"x\",\"expiresAtMs\":99999999999999}");
            raw.set((prefix + ":bytes").getBytes(StandardCharsets.UTF_8), new byte[] {'{', (byte) 0xff, 0, '"', '}'});
            raw.hset(prefix + ":hash", "lockId", "x");
            raw.lpush(prefix + ":list", "x");

            assertThat(keys(backend, "")).containsOnly("ours");
        }
    }

    @Test
    @DisplayName("RDS-29, ERR-1 a user without ZCARD is not told how many wait, and one without SCAN is refused")
    protected void refused() {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis(server.uri())) {
            admin.aclSetUser(
                    "app", "on", ">secret", "~syncguard:*", "resetchannels", "&syncguard:*", "+@all", "-zcard");
            try (LockBackend backend = open(server.uri().replace("redis://", "redis://app:secret@"))) {
                take(backend, "job");
                assertThat(locks(backend, "")).hasSize(1).allSatisfy(each -> assertThat(each.waiting())
                        .isEmpty());

                admin.aclSetUser("app", "-scan");

                assertThatThrownBy(() -> keys(backend, ""))
                        .isInstanceOfSatisfying(
                                LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.AUTH_FAILED));
            }
        }
    }
}
