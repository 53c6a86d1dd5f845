package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.AsyncLockBackend;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testservers.SharedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.UnifiedJedis;

/** Values in Redis that this library did not write, or that somebody changed behind its back. */
public abstract class ForeignValues {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private static final Ttl TTL = new Ttl(30_000);

    private final String prefix = "test-" + UUID.randomUUID();
    private final UnifiedJedis raw = JedisClients.create(SharedRedis.uri());
    private final LockKey key = LockKey.of("job");
    private final LockId id = LockId.random();
    private LockBackend backend;

    @BeforeEach
    protected void open() {
        backend = open(SharedRedis.uri() + "?keyPrefix=" + prefix);
    }

    @AfterEach
    protected void close() {
        backend.close();
        raw.close();
    }

    @Test
    @DisplayName("ERR-3 a value of another type under the lock key is INTERNAL, named, and left alone")
    protected void otherType() {
        raw.hset(lockKey(), "field", "value");

        assertForeign(() -> backend.acquire(key, id, TTL), "hash");
        assertForeign(() -> backend.isLocked(key), "hash");
        assertForeign(() -> backend.lookup(key), "hash");
        assertThat(raw.hget(lockKey(), "field")).isEqualTo("value");
        assertThat(raw.exists(prefix + ":fence:job")).as("counter touched").isFalse();
        assertThat(raw.exists(prefix + ":id:" + id.value())).as("index touched").isFalse();
    }

    @Test
    @DisplayName("ERR-3 a string that is no lock of ours is INTERNAL and left alone")
    protected void otherString() {
        raw.set(lockKey(), "somebody's cache entry");

        assertForeign(() -> backend.acquire(key, id, TTL), "string");
        assertForeign(() -> backend.isLocked(key), "string");
        assertForeign(() -> backend.lookup(key), "string");
        assertThat(raw.get(lockKey())).isEqualTo("somebody's cache entry");
    }

    @Test
    @DisplayName("ERR-3 a foreign counter is INTERNAL, left alone, and no lock is left behind")
    protected void foreignCounter() {
        raw.set(prefix + ":fence:job", "not a number");

        assertForeign(() -> backend.acquire(key, id, TTL), "string");
        assertThat(raw.get(prefix + ":fence:job")).isEqualTo("not a number");
        assertThat(raw.exists(lockKey(), prefix + ":id:" + id.value())).isZero();
    }

    @Test
    @DisplayName("ERR-3 a foreign value under the index or behind it is INTERNAL for release, extend and lookup")
    protected void foreignIndex() {
        raw.lpush(prefix + ":id:" + id.value(), "x");
        assertForeign(() -> backend.acquire(key, id, TTL), "list");
        assertForeign(() -> backend.release(id), "list");
        assertForeign(() -> backend.extend(id, TTL), "list");
        assertForeign(() -> backend.lookup(id), "list");

        raw.set(prefix + ":id:" + id.value(), lockKey());
        raw.set(lockKey(), "[1,2]");
        assertForeign(() -> backend.release(id), "string");
        assertForeign(() -> backend.extend(id, TTL), "string");
        assertForeign(() -> backend.lookup(id), "string");
        assertThat(raw.get(lockKey())).isEqualTo("[1,2]");
    }

    @Test
    @DisplayName("ERR-3, HLD-5 a foreign value is the failure of its own extension and of no other")
    protected void foreignAmongOthers() {
        LockId other = LockId.random();
        assertThat(backend.acquire(LockKey.of("other"), other, TTL)).isInstanceOf(Acquired.class);
        raw.set(prefix + ":id:" + id.value(), lockKey());
        raw.set(lockKey(), "[1,2]");

        var calls = backend.async()
                .extendAll(List.of(
                        new Extension(id, TTL), new Extension(other, TTL), new Extension(LockId.random(), TTL)));

        assertForeign(() -> AsyncLockBackend.await(() -> calls.get(0), LockOperation.EXTEND), "string");
        assertThat(AsyncLockBackend.await(() -> calls.get(1), LockOperation.EXTEND))
                .isInstanceOf(Extended.class);
        assertThat(AsyncLockBackend.await(() -> calls.get(2), LockOperation.EXTEND))
                .isEqualTo(new Absent());
        assertThat(raw.get(lockKey())).isEqualTo("[1,2]");
    }

    private void assertForeign(ThrowingCallable call, String type) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e).hasMessageContaining("'" + type + "'").hasMessageNotContaining("job");
            assertThat(e.lockFingerprint()).isPresent();
        });
    }

    @Test
    @DisplayName("RDS-3, ACQ-2, REL-1 a lock written with its fields in another order is a lock all the same")
    protected void otherFieldOrder() {
        long now = System.currentTimeMillis();
        String json = "{\"key\":\"job\",\"fence\":\"000000000000007\",\"expiresAtMs\":" + (now + 30_000)
                + ",\"acquiredAtMs\":" + now + ",\"lockId\":\"" + id.value() + "\"}";
        setFor(31_000, lockKey(), json);
        setFor(31_000, prefix + ":id:" + id.value(), lockKey());

        assertThat(((Acquired) backend.acquire(key, id, TTL)).fence().value())
                .as("ACQ-3")
                .isEqualTo(7);
        assertThat(backend.acquire(key, LockId.random(), TTL)).isNotInstanceOf(Acquired.class);
        assertThat(backend.isLocked(key)).isTrue();
        assertThat(backend.extend(id, new Ttl(60_000))).isInstanceOf(Extended.class);
        LockRecord extended = backend.lookup(id).orElseThrow();
        assertThat(extended.fence().value()).isEqualTo(7);
        assertThat(extended.remaining()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
        assertThat(backend.release(LockId.random())).isEqualTo(ReleaseResult.ABSENT);
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // An id of another length, the fields that matter in the middle, a fence that is none, a text for a
                // number.
                "{'lockId':'<id>0','expiresAtMs':<end>,'acquiredAtMs':1,'fence':'000000000000007','key':'job'}|C",
                "{'lockId':'<id>','acquiredAtMs':1,'expiresAtMs':<end>,'fence':'000000000000007','key':'job'}|C",
                "{'lockIx':'<id>','expiresAtMs':<end>,'acquiredAtMs':1,'fence':'000000000000007','key':'job'}|F",
                "{'lockId':'<own>','expiresAtMs':<end>,'acquiredAtMs':1,'fence':'7','key':'job'}|F",
                "{'lockId':'<own>','expiresAtMs':<end>,'fence':'000000000000007','acquiredAtMs':1,'key':'job'}|A",
                "{'lockId':'<id>','expiresAtMs':'<end>','acquiredAtMs':1,'fence':'000000000000007','key':'job'}|F",
                "{'lockId':'<id>','expiresAtMs':|F"
            })
    @DisplayName("RDS-3, ERR-3 what only begins like a lock of ours is read as what it is")
    protected void beginsLikeOurs(String stored) {
        String value = stored.substring(0, stored.indexOf('|'))
                .replace('\'', '"')
                .replace("<id>", LockId.random().value())
                .replace("<own>", id.value())
                .replace("<end>", Long.toString(System.currentTimeMillis() + 30_000));
        setFor(31_000, lockKey(), value);

        switch (stored.charAt(stored.length() - 1)) {
            case 'A' ->
                assertThat(((Acquired) backend.acquire(key, id, TTL)).fence().value())
                        .isEqualTo(7);
            case 'C' -> assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Contended.class);
            default -> assertForeign(() -> backend.acquire(key, id, TTL), "string");
        }
        assertThat(raw.get(lockKey())).isEqualTo(value);
    }

    @Test
    @DisplayName("REL-1 a key whose JSON looks like another holder's lock cannot fake ownership")
    protected void keyCannotFakeOwnership() {
        LockKey cunning = LockKey.of("{\"lockId\":\"" + id.value() + "\",\"expiresAtMs\":1,");
        LockId owner = LockId.random();
        assertThat(backend.acquire(cunning, owner, TTL)).isInstanceOf(Acquired.class);
        setFor(31_000, prefix + ":id:" + id.value(), prefix + ":" + cunning.value());

        assertThat(backend.release(id)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(backend.lookup(id)).isEmpty();
        assertThat(backend.lookup(cunning).orElseThrow().id()).isEqualTo(owner);
    }

    @Test
    @DisplayName("TIME-2, CHK-1 a dead lock whose expiry somebody took away is dead, and cleaned up only when told to")
    protected void persistedLockIsDead() {
        long longAgo = System.currentTimeMillis() - 10_000;
        String json = "{\"lockId\":\"" + id.value() + "\",\"expiresAtMs\":" + longAgo + ",\"acquiredAtMs\":" + longAgo
                + ",\"fence\":\"000000000000001\",\"key\":\"job\"}";
        raw.set(lockKey(), json);
        raw.set(prefix + ":id:" + id.value(), lockKey());

        assertThat(backend.isLocked(key)).isFalse();
        assertThat(backend.lookup(key)).isEmpty();
        assertThat(backend.lookup(id)).isEmpty();
        assertThat(backend.extend(id, TTL)).isNotInstanceOf(Extended.class);
        assertThat(raw.exists(lockKey())).as("CHK-1 a pure read").isTrue();

        try (LockBackend cleaning = open(SharedRedis.uri() + "?cleanupInIsLocked=true&keyPrefix=" + prefix)) {
            assertThat(cleaning.isLocked(key)).isFalse();
        }
        assertThat(raw.exists(lockKey(), prefix + ":id:" + id.value())).isZero();
    }

    @Test
    @DisplayName("TIME-2, ACQ-1 a lock that is dead and still there for a moment can be taken")
    protected void deadAndStillThere() {
        long dead = System.currentTimeMillis() - 1_001;
        String json = "{\"lockId\":\"" + LockId.random().value() + "\",\"expiresAtMs\":" + dead + ",\"acquiredAtMs\":"
                + dead + ",\"fence\":\"000000000000001\",\"key\":\"job\"}";
        setFor(95, lockKey(), json);

        assertThat(backend.isLocked(key)).isFalse();
        assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
    }

    @Test
    @DisplayName("TIME-2, ACQ-3 an id whose dead lock is still there acquires a new lock, and is not told the old one")
    protected void ownDeadLockStillThere() {
        long longAgo = System.currentTimeMillis() - 10_000;
        FenceToken former = new FenceToken(1);
        raw.set(
                lockKey(),
                "{\"lockId\":\"" + id.value() + "\",\"expiresAtMs\":" + longAgo + ",\"acquiredAtMs\":" + longAgo
                        + ",\"fence\":\"" + former + "\",\"key\":\"job\"}");
        raw.set(prefix + ":id:" + id.value(), lockKey());

        assertThat(backend.acquire(key, id, TTL)).isInstanceOfSatisfying(Acquired.class, acquired -> {
            assertThat(acquired.fence()).isGreaterThan(former);
            assertThat(acquired.expiresAt()).isAfter(Instant.ofEpochMilli(longAgo));
        });
        assertThat(backend.isLocked(key)).isTrue();
    }

    @Test
    @DisplayName("CHK-1 cleaning up spares live locks, locks dead for less than 2 s, and counters")
    protected void cleanupSpares() {
        try (LockBackend cleaning = open(SharedRedis.uri() + "?cleanupInIsLocked=true&keyPrefix=" + prefix)) {
            assertThat(cleaning.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
            assertThat(cleaning.isLocked(key)).isTrue();
            assertThat(cleaning.release(id)).isEqualTo(ReleaseResult.RELEASED);
            long justDead = System.currentTimeMillis() - 1_300;
            raw.set(lockKey(), "{\"lockId\":\"" + id.value() + "\",\"expiresAtMs\":" + justDead + ",\"x\":1}");

            assertThat(cleaning.isLocked(key)).isFalse();

            assertThat(raw.exists(lockKey())).isTrue();
            assertThat(raw.exists(prefix + ":fence:job")).as("FEN-4").isTrue();
        }
    }

    private String lockKey() {
        return prefix + ":job";
    }

    private void setFor(long millis, String key, String value) {
        raw.set(key, value);
        raw.pexpire(key, millis);
    }
}
