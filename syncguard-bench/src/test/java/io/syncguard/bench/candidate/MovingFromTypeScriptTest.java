package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockId;
import io.syncguard.LockInfo;
import io.syncguard.LockOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.params.SetParams;

/**
 * What docs/moving.md says of the TypeScript library, release 2.5.2. Its locks are written here as raw values, by the names and
 * fields of that release.
 */
class MovingFromTypeScriptTest {
    private static final Duration TTL = Duration.ofMinutes(1);

    private final OneServer server = new OneServer();
    private final String id = LockId.random().value();
    private final String lock = server.prefix + ":" + server.name;
    private final String index = server.prefix + ":id:" + id;
    private final String counter = server.prefix + ":fence:" + server.prefix + ":" + server.name;

    @AfterEach
    void close() {
        server.close();
    }

    /** Locks as that library does. It encodes a table of Lua, whose fields have no order of their own. */
    private void lockAsTypeScript(String fields, Duration ttl) {
        long now = server.nowMillis();
        String fence = String.format("%015d", server.raw.incr(counter));
        Map<String, String> values = Map.of(
                "lockId", "\"" + id + "\"",
                "expiresAtMs", "" + (now + ttl.toMillis()),
                "acquiredAtMs", "" + now,
                "key", "\"" + server.name + "\"",
                "fence", "\"" + fence + "\"");
        StringBuilder json = new StringBuilder();
        for (String field : fields.split(" ")) {
            json.append(json.isEmpty() ? "{" : ",")
                    .append('"')
                    .append(field)
                    .append("\":")
                    .append(values.get(field));
        }
        SetParams end = SetParams.setParams().px(ttl.toMillis());
        server.raw.set(lock, json.append('}').toString(), end);
        server.raw.set(index, lock, end);
    }

    /** Returns a field of the value of the lock, decoded as that library decodes it. */
    private String decoded(String field) {
        String script = "return tostring(cjson.decode(redis.call('get', KEYS[1]))[ARGV[1]])";
        return (String) server.raw.eval(script, List.of(lock), List.of(field));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lockId expiresAtMs acquiredAtMs key fence",
                "fence key expiresAtMs lockId acquiredAtMs",
                "expiresAtMs acquiredAtMs fence lockId key"
            })
    @DisplayName("with the same prefix its lock keeps ours out until it is released, and is left alone")
    void theirsKeepsOursOut(String fields) {
        lockAsTypeScript(fields, TTL);
        String before = server.raw.get(lock);
        assertThat(server.guard.tryAcquire(server.name)).isEmpty();
        assertThat(server.guard.isLocked(server.name)).isTrue();
        assertThat(server.guard.lookup(server.name))
                .map(LockInfo::fence)
                .hasValueSatisfying(fence -> assertThat(fence.value()).isEqualTo(1));
        assertThat(server.raw.get(lock)).isEqualTo(before);

        server.raw.del(lock, index);
        assertThat(server.tokenOfOurs()).isGreaterThan(1);
    }

    @Test
    @DisplayName(
            "a process of ours that waits for its lock leaves that readable to it, and gets the lock once it is gone")
    void oursWaitsForTheirs() {
        lockAsTypeScript("lockId expiresAtMs acquiredAtMs key fence", TTL);
        LockOptions patient = LockOptions.defaults().withTimeout(Duration.ofMinutes(2));
        CompletableFuture<Long> waiting = server.guard
                .async()
                .call(
                        server.name,
                        patient,
                        ours -> CompletableFuture.completedFuture(ours.fence().value()))
                .toCompletableFuture();
        server.await("the wait is registered", () -> server.raw.exists(server.prefix + ":wait:" + server.name));
        assertThat(decoded("lockId")).isEqualTo(id);
        assertThat(decoded("fence")).isEqualTo("000000000000001");
        assertThat(waiting).isNotDone();

        server.raw.del(lock, index);
        assertThat(waiting.join()).isGreaterThan(1);
    }

    @Test
    @DisplayName("with the same prefix it finds in our lock the fields by which it judges, until ours is free")
    void oursKeepsTheirsOut() {
        try (HeldLock ours = server.guard.acquire(server.name)) {
            long now = server.nowMillis();
            assertThat((long) Double.parseDouble(decoded("expiresAtMs"))).isGreaterThan(now);
            assertThat(decoded("lockId")).isEqualTo(ours.id().value());
            assertThat(decoded("key")).isEqualTo(server.name);
            assertThat(decoded("fence")).isEqualTo(ours.fence().toString());
            assertThat(server.raw.get(server.prefix + ":id:" + ours.id().value()))
                    .isEqualTo(lock);
        }
        assertThat(server.raw.exists(lock)).isFalse();
    }

    @Test
    @DisplayName(
            "its counter has another name, is left alone, and is less than a token of ours, however often it has counted")
    void tokens() {
        server.raw.set(counter, "2000000000");
        assertThat(server.tokenOfOurs()).isGreaterThan(2_000_000_000L);
        assertThat(server.raw.get(counter)).isEqualTo("2000000000");
        assertThat(server.types())
                .isEqualTo(Map.of(counter, "string", server.prefix + ":fence:" + server.name, "string"));
    }

    @Test
    @DisplayName(
            "a counter under the name that its page tells is ours: we raise it to our token, and it would count on from there")
    void counterOfThePage() {
        String ofThePage = server.prefix + ":fence:" + server.name;
        server.raw.set(ofThePage, "41");
        long token = server.tokenOfOurs();
        assertThat(token).isGreaterThan(41);
        assertThat(server.raw.incr(ofThePage)).isEqualTo(token + 1);
        assertThat(server.tokenOfOurs()).isGreaterThan(token + 1);
    }

    @Test
    @DisplayName("with another prefix neither sees the other")
    void anotherPrefix() {
        try (HeldLock ours = server.guard.acquire(server.name)) {
            assertThat(ours.isHeld()).isTrue();
            try (var other = server.guardWithPrefix(server.prefix + "-2");
                    HeldLock second = other.tryAcquire(server.name).orElseThrow()) {
                assertThat(second.isHeld()).isTrue();
            }
        }
    }
}
