package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.StaleFenceException;
import io.syncguard.redis.common.FencedValue;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.UnifiedJedis;

/** Guarded values, also where replies are lost, requests are late, and the server is stuck. */
@Timeout(180)
public abstract class FencedValueRules {
    /** Returns a guard on a new client for a {@code redis://} URI; the test closes the guard, and the subclass the client. */
    protected abstract RedisFencedValues open(String uri, Duration operationTimeout);

    private static final String WRITE = new String(RedisScript.FENCED_WRITE.sha1(), StandardCharsets.US_ASCII);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration HASTY = Duration.ofMillis(600);
    private static final String KEY = "app:report";

    private final RedisTestServer server = RedisTestServer.start();
    private final FaultProxy proxy = new FaultProxy(server.port());
    private final UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port());
    private RedisFencedValues guard;

    @BeforeEach
    protected void openGuard() {
        guard = open(server.uri(), PATIENT);
    }

    @AfterEach
    protected void close() {
        guard.close();
        proxy.close();
        raw.close();
        server.close();
    }

    private static FenceToken fence(long value) {
        return new FenceToken(value);
    }

    private static FencedValue written(String value, long fence) {
        return new FencedValue(value, fence(fence));
    }

    @Test
    @DisplayName("GRD-1, GRD-4 a write passes unless a greater fence has written; a holder's second write passes")
    protected void rule() {
        assertThat(guard.get(KEY)).isEmpty();
        assertThat(guard.set(KEY, "first", fence(5))).isTrue();
        assertThat(guard.set(KEY, "second", fence(5))).isTrue();
        assertThat(guard.set(KEY, "late", fence(4))).isFalse();
        assertThat(guard.get(KEY)).contains(written("second", 5));

        assertThat(guard.set(KEY, "newer", fence(10))).isTrue();
        assertThat(guard.set(KEY, "late", fence(9))).isFalse();
        assertThat(guard.set(KEY, "last", fence(FenceToken.MAX_VALUE))).isTrue();
        assertThat(guard.set(KEY, "late", fence(FenceToken.MAX_VALUE - 1))).isFalse();
        assertThat(guard.set("another", "x", fence(1))).isTrue();
        assertThat(guard.get(KEY)).contains(written("last", FenceToken.MAX_VALUE));
    }

    @Test
    @DisplayName("GRD-4 what is stored is one hash with the fence's 15 digits and the value, without expiry")
    protected void layout() {
        assertThat(guard.set(KEY, "", fence(42))).isTrue();

        assertThat(raw.hgetAll(KEY)).isEqualTo(Map.of("fence", "000000000000042", "value", ""));
        assertThat(raw.ttl(KEY)).isEqualTo(-1);
        assertThat(raw.keys("*")).containsExactly(KEY);
        assertThat(guard.get(KEY)).contains(written("", 42));
    }

    @Test
    @DisplayName("GRD-4 a delete follows the same rule, keeps the fence, and a late writer is still refused")
    protected void delete() {
        assertThat(guard.set(KEY, "x", fence(5))).isTrue();
        assertThat(guard.delete(KEY, fence(4))).isFalse();
        assertThat(guard.get(KEY)).contains(written("x", 5));

        assertThat(guard.delete(KEY, fence(7))).isTrue();

        assertThat(guard.get(KEY)).isEmpty();
        assertThat(guard.set(KEY, "late", fence(6))).isFalse();
        assertThat(guard.get(KEY)).isEmpty();
        assertThat(guard.delete("never-written", fence(3))).isTrue();
        assertThat(guard.set("never-written", "late", fence(2))).isFalse();
        assertThat(guard.set(KEY, "newer", fence(7))).isTrue();
        assertThat(guard.get(KEY)).contains(written("newer", 7));
    }

    @Test
    @DisplayName("GRD-2 the throwing forms write, or throw with both fences")
    protected void orThrow() {
        guard.setOrThrow(KEY, "x", fence(42));

        for (ThrowingCallable late : List.<ThrowingCallable>of(
                () -> guard.setOrThrow(KEY, "y", fence(41)), () -> guard.deleteOrThrow(KEY, fence(41)))) {
            StaleFenceException e = catchThrowableOfType(StaleFenceException.class, late);
            assertThat(e.offered()).isEqualTo(fence(41));
            assertThat(e.highest()).contains(fence(42));
        }
        assertThat(guard.get(KEY)).contains(written("x", 42));
        guard.deleteOrThrow(KEY, fence(42));
        assertThat(guard.get(KEY)).isEmpty();
    }

    @Test
    @DisplayName("GRD-4 any well-formed key and value comes back as it was, large ones too")
    protected void anyText() {
        String odd = "{a}\u0000 \r\n*\ud83d\ude00A\u030a";
        assertThat(guard.set(odd, odd, fence(1))).isTrue();
        assertThat(guard.get(odd)).contains(written(odd, 1));

        String large = "x".repeat(1_000_000);
        assertThat(guard.set(odd, large, fence(1))).isTrue();
        assertThat(guard.get(odd)).contains(written(large, 1));
    }

    @Test
    @DisplayName(
            "GRD-7, ERR-4 a key or value that cannot be stored is INVALID_ARGUMENT, and so is a fence that is null")
    protected void invalid() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> guard.set("", "x", fence(1)),
                () -> guard.set("\ud83d", "x", fence(1)),
                () -> guard.set(KEY, "\ude00", fence(1)),
                () -> guard.set(KEY, "x", null),
                () -> guard.delete(KEY, null),
                () -> guard.delete("", fence(1)),
                () -> guard.get("\ud83d"))) {
            assertThat(catchThrowableOfType(LockException.class, call).code())
                    .isEqualTo(LockErrorCode.INVALID_ARGUMENT);
        }
        assertThat(raw.keys("*")).isEmpty();
    }

    @Test
    @DisplayName("GRD-6 a key of another type, or a hash that is no fenced value, is INTERNAL and left alone")
    protected void foreign() {
        raw.set("text", "x");
        raw.rpush("several", "x");
        raw.hset("without-fence", "value", "x");
        raw.hset("short-fence", Map.of("fence", "7", "value", "x"));
        raw.hset("words", Map.of("fence", "fifteen letters", "value", "x"));
        raw.hset("zero", Map.of("fence", "000000000000000", "value", "x"));
        raw.hset("beyond", Map.of("fence", "900000000000001", "value", "x"));
        for (String key : List.of("text", "several", "without-fence", "short-fence", "words", "zero", "beyond")) {
            byte[] before = raw.dump(key);

            assertForeign(key, LockOperation.FENCED_WRITE, () -> guard.set(key, "y", fence(8)));
            assertForeign(key, LockOperation.FENCED_WRITE, () -> guard.delete(key, fence(8)));
            assertForeign(key, LockOperation.FENCED_READ, () -> guard.get(key));

            assertThat(raw.dump(key)).as(key).isEqualTo(before);
        }
    }

    private static void assertForeign(String key, LockOperation operation, ThrowingCallable call) {
        assertThatThrownBy(call).as(key).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INTERNAL);
            assertThat(e.operation()).isEqualTo(operation);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e).hasMessageContaining("no fenced value").hasMessageNotContaining(key);
        });
    }

    @Test
    @DisplayName("GRD-4, RDS-1 a server that has forgotten the scripts is given them again")
    protected void forgottenScripts() {
        assertThat(guard.set(KEY, "x", fence(1))).isTrue();
        raw.scriptFlush();

        assertThat(guard.set(KEY, "y", fence(1))).isTrue();
        assertThat(guard.get(KEY)).contains(written("y", 1));
    }

    @Test
    @DisplayName("GRD-8 a write whose reply is cut off is made again, and is refused if somebody newer came between")
    protected void lostReply() {
        try (RedisFencedValues cut = open(proxy.uri(), PATIENT)) {
            assertThat(cut.set(KEY, "x", fence(1))).isTrue();
            proxy.cutReplyToNext(WRITE);
            assertThat(cut.set(KEY, "y", fence(1))).isTrue();
            assertThat(proxy.cuts()).isEqualTo(1);
            assertThat(guard.get(KEY)).contains(written("y", 1));

            assertThat(guard.set(KEY, "newer", fence(3))).isTrue();
            proxy.cutReplyToNext(WRITE);
            assertThat(cut.set(KEY, "late", fence(2))).isFalse();
            assertThat(proxy.cuts()).isEqualTo(2);
            assertThat(guard.get(KEY)).contains(written("newer", 3));
        }
    }

    @Test
    @DisplayName(
            "GRD-8 a write that arrives after its caller gave up, and after somebody newer has written, is refused")
    protected void lateRequest() {
        try (RedisFencedValues slow = open(proxy.uri(), HASTY)) {
            warmUp(slow);
            proxy.holdRequests(WRITE);
            LockException e = catchThrowableOfType(LockException.class, () -> slow.set(KEY, "late", fence(4)));
            assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            assertThat(e.isOutcomeUnknown()).isTrue();
            assertThat(guard.set(KEY, "newer", fence(5))).isTrue();
            long before = scriptCalls();

            proxy.deliverRequests();

            Await.until("the late write has run", () -> scriptCalls() > before);
            assertThat(guard.get(KEY)).contains(written("newer", 5));
        }
    }

    /** The first connection of a JVM loads classes for longer than the short timeout. */
    private static void warmUp(RedisFencedValues hasty) {
        long end = System.nanoTime() + PATIENT.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                var unused = hasty.get("warm-up");
                return;
            } catch (LockException e) {
                assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
            }
        }
    }

    private long scriptCalls() {
        return raw.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:"))
                .map(line -> line.replaceFirst("cmdstat_evalsha:calls=(\\d+),.*", "$1"))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @Test
    @DisplayName("GRD-4, OPT-2, OPT-3 a stuck server costs a call the operation timeout, and a closed guard refuses")
    protected void stuckAndClosed() {
        RedisFencedValues hasty = open(server.uri(), HASTY);
        warmUp(hasty);
        server.suspend();
        LockException stuck;
        try (StallMeter stalls = StallMeter.start()) {
            stuck = catchThrowableOfType(LockException.class, () -> hasty.set(KEY, "x", fence(1)));
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(3));
        }
        server.resume();
        hasty.close();
        hasty.close();
        LockException closed = catchThrowableOfType(LockException.class, () -> hasty.get(KEY));
        assertThat(stuck.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
        assertThat(stuck.operation()).isEqualTo(LockOperation.FENCED_WRITE);
        assertThat(stuck.isOutcomeUnknown()).isTrue();
        assertThat(closed.code()).isEqualTo(LockErrorCode.ABORTED);
    }

    @Test
    @DisplayName(
            "OPT-2 a value that a stuck server does not even take in costs its call, and others, the operation timeout")
    protected void stuckWhileWriting() {
        RedisFencedValues hasty = open(server.uri(), HASTY);
        warmUp(hasty);
        String large = "x".repeat(32 << 20);
        server.suspend();
        try (StallMeter stalls = StallMeter.start()) {
            List<CompletableFuture<LockException>> calls = new ArrayList<>();
            for (String value : List.of(large, "small", large)) {
                calls.add(CompletableFuture.supplyAsync(
                        () -> catchThrowableOfType(LockException.class, () -> hasty.set(KEY, value, fence(1))),
                        task -> new Thread(task).start()));
            }

            assertThat(calls)
                    .allSatisfy(call -> assertThat(call.join().code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT));
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        } finally {
            server.resume();
            hasty.close();
        }
    }

    @Test
    @DisplayName("ERR-1 a server that is down is SERVICE_UNAVAILABLE, with the client's exception as cause, and no key")
    protected void serverDown() {
        server.kill();

        LockException e = catchThrowableOfType(LockException.class, () -> guard.set(KEY, "x", fence(1)));

        assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
        assertThat(e.getCause()).isNotNull();
        assertThat(e).hasMessageNotContaining(KEY);
    }

    @Test
    @DisplayName("GRD-1 whatever writers with different fences do at once, the value never goes back to a lower one")
    protected void neverBack() {
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 8; writer++) {
            int own = writer;
            writers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 1; i <= 50; i++) {
                            // Each writer is behind the others half of the time.
                            long fence = i * 10L + (own * 7L + i * 3L) % 30;
                            var unused = guard.set(KEY, Long.toString(fence), fence(fence));
                        }
                    },
                    work -> new Thread(work).start()));
        }

        long last = 0;
        while (!writers.stream().allMatch(CompletableFuture::isDone)) {
            FencedValue read = guard.get(KEY).orElse(written("0", 1));
            assertThat(read.fence().value()).isGreaterThanOrEqualTo(last);
            assertThat(read.value()).isIn("0", Long.toString(read.fence().value()));
            last = read.fence().value();
        }
        writers.forEach(CompletableFuture::join);
    }
}
