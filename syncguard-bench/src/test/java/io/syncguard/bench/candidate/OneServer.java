package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A server on which another library and this one lock the same name, and a look at what they leave there. */
final class OneServer implements AutoCloseable {
    private static final String HOST = SharedRedis.uri().substring("redis://".length());

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The name that both lock. No other test has it. */
    final String name = "account:" + UUID.randomUUID();

    /** The prefix of {@link #guard}. */
    final String prefix = "ours-" + UUID.randomUUID();

    final RedisClient raw = RedisClient.create(SharedRedis.uri());
    final SyncGuard guard = guardWithPrefix(prefix);

    String uri() {
        return SharedRedis.uri();
    }

    /** Returns a guard of another process of ours, which the caller closes. */
    SyncGuard guardWithPrefix(String keyPrefix) {
        return SyncGuard.connect("redis+jedis://" + HOST + "?keyPrefix=" + keyPrefix);
    }

    /** Returns the server's time, in whole seconds. */
    long nowMillis() {
        return Long.parseLong((String) raw.eval("return redis.call('time')[1]")) * 1000;
    }

    /** Waits for a condition, for as long as a busy machine may need. */
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("waiting until " + what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Returns the keys that have to do with the name, with the type of each. */
    Map<String, String> types() {
        Map<String, String> types = new TreeMap<>();
        ScanParams params = new ScanParams().match("*" + name + "*").count(1000);
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page = raw.scan(cursor, params);
            page.getResult().forEach(key -> types.put(key, raw.type(key)));
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return types;
    }

    /** Returns the keys that this library has for a lock of the name that is held, or was once, but for the index. */
    Map<String, String> oursBeside(Map<String, String> theirs) {
        Map<String, String> all = new TreeMap<>(theirs);
        all.put(prefix + ":" + name, "string");
        all.put(prefix + ":fence:" + name, "string");
        return all;
    }

    /** Asserts that a key of ours, in whose place another library's lock is, is refused, and that the lock is left alone. */
    void assertForeign(String keyPrefix, String key, String type) {
        String place = keyPrefix + ":" + key;
        byte[] before = raw.dump(place);
        assertThat(before).as("their lock").isNotNull();
        try (SyncGuard colliding = guardWithPrefix(keyPrefix)) {
            assertThatThrownBy(() -> colliding.tryAcquire(key)).isInstanceOfSatisfying(LockException.class, refused -> {
                assertThat(refused.code()).isEqualTo(LockErrorCode.INTERNAL);
                assertThat(refused).hasMessageContaining(type);
            });
        }
        assertThat(raw.dump(place)).isEqualTo(before);
    }

    /** Acquires and releases the lock of the name once, and returns its token. */
    long tokenOfOurs() {
        try (HeldLock lock = guard.acquire(name)) {
            return lock.fence().value();
        }
    }

    @Override
    public void close() {
        guard.close();
        raw.close();
    }
}
