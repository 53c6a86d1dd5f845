package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What is granted only when a replica has it: a real one, which can be stopped. */
public abstract class ReplicasAcknowledge {
    private static final Ttl TTL = Ttl.of(Duration.ofSeconds(30));
    private static final String ONE = "?replicaAcks=1&replicaAckTimeoutMillis=10000";

    /** For replicas that do not answer. */
    private static final String ONE_SOON = "?replicaAcks=1&replicaAckTimeoutMillis=1000";

    private static final String ACQUIRE = new String(RedisScript.ACQUIRE.sha1(), StandardCharsets.US_ASCII);
    private static final LockKey KEY = LockKey.of("job");

    private static RedisTestServer master;
    private static RedisTestServer replica;

    private final Jedis atMaster = new Jedis("127.0.0.1", master.port());
    private LockBackend backend;

    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    @BeforeAll
    static void start() {
        master = RedisTestServer.start("--repl-diskless-sync-delay", "0");
        replica = RedisTestServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        try (Jedis admin = new Jedis("127.0.0.1", master.port())) {
            Await.until("the replica follows", () -> admin.info("replication").contains("state=online"));
        }
    }

    @AfterAll
    static void stop() {
        replica.close();
        master.close();
    }

    @BeforeEach
    protected void connect() {
        atMaster.flushAll();
        backend = open(master.uri() + ONE);
        assertThat(backend.isLocked(KEY)).isFalse();
    }

    @AfterEach
    protected void close() {
        replica.resume();
        backend.close();
        atMaster.close();
    }

    @Test
    @DisplayName("RDS-15 what was granted is on the replica")
    protected void granted() {
        try (Jedis atReplica = new Jedis("127.0.0.1", replica.port())) {
            for (int i = 0; i < 50; i++) {
                LockKey key = LockKey.of("job-" + i);
                LockId id = LockId.random();
                assertThat(backend.acquire(key, id, TTL)).isInstanceOf(Acquired.class);
                assertThat(atReplica.exists("syncguard:job-" + i)).isTrue();
                assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
            }
        }
    }

    @Test
    @DisplayName("RDS-15 what no replica has is given back, and said to be")
    protected void undone() {
        LockId id = LockId.random();
        long begun = System.nanoTime();
        try (LockBackend hasty = open(master.uri() + ONE_SOON);
                StallMeter stalls = StallMeter.start()) {
            replica.suspend();
            assertThatThrownBy(() -> hasty.acquire(KEY, id, TTL)).isInstanceOfSatisfying(LockException.class, e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(e.isOutcomeUnknown()).isFalse();
                assertThat(e).hasMessageContaining("0 replicas").hasMessageContaining("given back");
            });
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(990));
        assertThat(atMaster.exists("syncguard:job")).isFalse();
        assertThat(atMaster.keys("syncguard:id:*")).isEmpty();
        replica.resume();
        assertThat(backend.acquire(KEY, LockId.random(), TTL)).isInstanceOf(Acquired.class);
    }

    @Test
    @DisplayName(
            "HLD-5, RDS-15 of several extended together those fail that no replica has, and the others are answered")
    protected void extendedTogether() {
        LockId held = LockId.random();
        LockId gone = LockId.random();
        assertThat(backend.acquire(KEY, held, TTL)).isInstanceOf(Acquired.class);
        replica.suspend();

        try (LockBackend hasty = open(master.uri() + ONE_SOON)) {
            List<CompletableFuture<ExtendResult>> calls =
                    hasty.async().extendAll(List.of(new Extension(held, TTL), new Extension(gone, TTL)));

            assertThat(calls.get(1)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(new ExtendResult.Absent());
            assertThat(LockException.within(catchThrowable(calls.get(0)::join))).hasValueSatisfying(e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(e.isOutcomeUnknown()).isTrue();
                assertThat(e.lockFingerprint()).contains(held.fingerprint());
                assertThat(e).hasMessageContaining("0 replicas").hasMessageContaining("former end");
            });
        }
    }

    @Test
    @DisplayName("RDS-15 an extension that no replica has fails, and the lock is still held")
    protected void extension() {
        LockId id = LockId.random();
        assertThat(backend.acquire(KEY, id, TTL)).isInstanceOf(Acquired.class);
        assertThat(backend.extend(id, TTL)).isInstanceOf(Extended.class);
        replica.suspend();

        try (LockBackend hasty = open(master.uri() + ONE_SOON)) {
            assertThatThrownBy(() -> hasty.extend(id, TTL)).isInstanceOfSatisfying(LockException.class, e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(e).hasMessageContaining("former end");
            });
            for (CompletableFuture<?> each : hasty.async().extendAll(List.of(new Extension(id, TTL)))) {
                assertThatThrownBy(() -> each.get(20, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .hasMessageContaining("former end");
            }
        }

        assertThat(backend.lookup(id)).isPresent();
        assertThat(backend.release(id)).as("a release asks no replica").isEqualTo(ReleaseResult.RELEASED);
    }

    @Test
    @DisplayName("RDS-15 who finds a lock held is told so, whatever the replicas do")
    protected void contended() {
        assertThat(backend.acquire(KEY, LockId.random(), TTL)).isInstanceOf(Acquired.class);
        replica.suspend();

        assertThat(backend.acquire(KEY, LockId.random(), TTL)).isInstanceOf(Contended.class);
    }

    @Test
    @DisplayName("RDS-15 many at once are acknowledged, each for itself")
    protected void manyAtOnce() throws Exception {
        try (SyncGuard guard = SyncGuard.using(open(master.uri() + ONE))) {
            List<CompletableFuture<Void>> all = IntStream.range(0, 200)
                    .mapToObj(i -> guard.async().run("many-" + i, () -> CompletableFuture.completedFuture(null)))
                    .toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
        assertThat(atMaster.keys("syncguard:id:*")).isEmpty();
    }

    @Test
    @DisplayName("RDS-15 the replicas are asked in the same round trip")
    protected void oneRoundTrip() {
        try (FaultProxy proxy = new FaultProxy(master.port());
                LockBackend interrupted = open(proxy.uri() + ONE)) {
            assertThat(interrupted.isLocked(KEY)).isFalse();
            long before = questions();
            proxy.cutReplyToNext(ACQUIRE);

            Throwable unused = catchThrowable(() -> interrupted.acquire(KEY, LockId.random(), TTL));

            assertThat(proxy.cuts()).isEqualTo(1);
            Await.until("it was asked before there was a reply, and again", () -> questions() == before + 2);
        }
    }

    @Test
    @DisplayName("RDS-15 a server that forgot the scripts does not upset the count of replies")
    protected void forgottenScripts() {
        atMaster.scriptFlush();

        try (SyncGuard guard = SyncGuard.using(open(master.uri() + ONE));
                HeldLock lock = guard.tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofSeconds(30)))
                        .orElseThrow()) {
            assertThat(lock.isHeld()).isTrue();
        }
        assertThat(atMaster.exists("syncguard:job")).isFalse();
    }

    @Test
    @DisplayName("RDS-15 a server that cannot ask replicas is refused when the backend is made")
    protected void noWait() {
        try (RedisTestServer without = RedisTestServer.start("--rename-command", "WAIT", "")) {
            assertThatThrownBy(() -> open(without.uri() + ONE)).isInstanceOfSatisfying(LockException.class, e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
                assertThat(e).hasMessageContaining("replicaAcks");
            });
        }
    }

    private long questions() {
        return atMaster.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_wait:"))
                .map(line -> line.replaceFirst("cmdstat_wait:calls=(\\d+),.*", "$1"))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
