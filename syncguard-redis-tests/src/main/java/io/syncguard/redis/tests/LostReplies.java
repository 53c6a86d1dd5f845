package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.AsyncHeldLock;
import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.UnifiedJedis;

/** What becomes of operations whose request went through and whose reply did not, or not in time. */
public abstract class LostReplies {
    /** Returns a backend opened by a {@code redis://} URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    private static final Duration TTL = Duration.ofSeconds(30);
    private static final LockKey KEY = LockKey.of("job");
    private static final String HASTY = "?operationTimeoutMillis=1500";
    private static final String ACQUIRE = new String(RedisScript.ACQUIRE.sha1(), StandardCharsets.US_ASCII);
    private static final String EXTEND = new String(RedisScript.EXTEND.sha1(), StandardCharsets.US_ASCII);
    private static final String RELEASE = new String(RedisScript.RELEASE.sha1(), StandardCharsets.US_ASCII);

    private final RedisTestServer server = RedisTestServer.start();
    private final FaultProxy proxy = new FaultProxy(server.port());
    private final UnifiedJedis raw = JedisClients.create("127.0.0.1", server.port());
    private SyncGuard guard;

    @BeforeEach
    protected void connectAndCacheScripts() {
        try (SyncGuard direct = SyncGuard.using(open(server.uri()))) {
            direct.run("warm-up", () -> {});
            ServerQuestions.await(server, 1);
        }
        guard = SyncGuard.using(open(proxy.uri()));
        guard.run("warm-up", () -> {});
        ServerQuestions.await(server, 2, guard);
    }

    @AfterEach
    protected void close() {
        guard.close();
        proxy.close();
        raw.close();
        server.close();
    }

    @Test
    @DisplayName("ACQ-3, ACQ-4 an acquire whose reply is cut off is confirmed: one lock, one fence, no orphan")
    protected void cutAcquireIsConfirmed() {
        // Ahead of the clock it counts by ones.
        long counted = FenceToken.MAX_VALUE - 10;
        raw.set("syncguard:fence:job", Long.toString(counted));
        proxy.cutReplyToNext(ACQUIRE);

        try (HeldLock lock =
                guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)).orElseThrow()) {
            assertThat(proxy.cuts()).as("replies cut off").isEqualTo(1);
            assertThat(lock.fence().value()).as("the next fence of the key").isEqualTo(counted + 1);
            assertThat(raw.get("syncguard:fence:job")).as("counter").isEqualTo(Long.toString(counted + 1));
        }

        assertThat(raw.exists("syncguard:job")).as("lock left behind").isFalse();
        assertThat(raw.keys("syncguard:id:*"))
                .as("the mark of an id whose acquire was sent twice")
                .singleElement()
                .satisfies(index -> assertThat(raw.get(index)).isEmpty());
    }

    /** Cuts the connection of a request that is held up on its way, so that it is sent again; the first copy stays held up. */
    private void cutWhatIsHeldUp() {
        Await.until("the first copy is held up", () -> proxy.held() > 0);
        proxy.holdNoMore();
        proxy.cutAll();
    }

    private void deliverLateCopy() {
        long before = scriptCalls();
        proxy.deliverRequests();
        Await.until("the late copy has run", () -> scriptCalls() > before);
    }

    @Test
    @DisplayName("RDS-6, ACQ-4 a copy of an acquire that arrives after the release of the lock takes it for nobody")
    protected void lateCopyIsRefused() {
        proxy.holdRequests(ACQUIRE);
        CompletableFuture<Optional<AsyncHeldLock>> acquiring =
                guard.async().tryAcquire("job", LockOptions.defaults().withTtl(TTL));
        cutWhatIsHeldUp();
        AsyncHeldLock lock = acquiring.join().orElseThrow();
        assertThat(lock.release().join()).isTrue();

        deliverLateCopy();

        assertThat(raw.exists("syncguard:job")).isFalse();
        assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL))).isPresent();
    }

    @Test
    @DisplayName("RDS-6, ACQ-4 a copy of an attempt in vain that arrives once the lock is free takes it for nobody")
    protected void lateCopyOfAttemptInVain() {
        try (LockBackend direct = open(server.uri())) {
            LockId other = LockId.random();
            assertThat(direct.acquire(KEY, other, Ttl.of(TTL))).isInstanceOf(Acquired.class);
            proxy.holdRequests(ACQUIRE);
            CompletableFuture<Optional<AsyncHeldLock>> acquiring =
                    guard.async().tryAcquire("job", LockOptions.defaults().withTtl(TTL));
            cutWhatIsHeldUp();
            assertThat(acquiring.join()).isEmpty();
            Await.until("the id is marked as abandoned", () -> raw.keys("syncguard:id:*").stream()
                    .anyMatch(index -> "".equals(raw.get(index))));
            assertThat(direct.release(other)).isEqualTo(ReleaseResult.RELEASED);

            deliverLateCopy();

            assertThat(raw.exists("syncguard:job")).isFalse();
        }
    }

    @Test
    @DisplayName(
            "RDS-15, RDS-6 a copy of an acquire that was given back for want of replicas takes the lock for nobody")
    protected void lateCopyWithoutReplicas() {
        try (LockBackend backend = open(proxy.uri() + "?replicaAcks=1&replicaAckTimeoutMillis=200")) {
            assertThat(backend.isLocked(KEY)).isFalse();
            proxy.holdRequests(ACQUIRE);
            CompletableFuture<AcquireResult> acquiring = backend.async().acquire(KEY, LockId.random(), Ttl.of(TTL));
            cutWhatIsHeldUp();
            assertThat(LockException.within(catchThrowable(acquiring::join))).hasValueSatisfying(e -> {
                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(e.isOutcomeUnknown()).as(e.getMessage()).isFalse();
            });

            deliverLateCopy();

            assertThat(raw.exists("syncguard:job")).isFalse();
        }
    }

    @Test
    @DisplayName(
            "RDS-5, HLD-10 a copy of an extension that arrives after another one does not make the holder believe in a later end")
    protected void lateExtension() {
        AsyncHeldLock lock = guard.async()
                .tryAcquire("job", LockOptions.defaults().withTtl(Duration.ofSeconds(60)))
                .join()
                .orElseThrow();
        proxy.holdRequests(EXTEND);
        CompletableFuture<Boolean> shorter = lock.extend(Duration.ofSeconds(20));
        cutWhatIsHeldUp();
        assertThat(shorter.join()).isTrue();
        assertThat(lock.extend(Duration.ofMinutes(10)).join()).isTrue();

        deliverLateCopy();

        assertThat(lock.remaining())
                .as("what the holder counts on")
                .isLessThanOrEqualTo(Duration.ofMillis(raw.pttl("syncguard:job")));
        assertThat(lock.release().join()).isTrue();
    }

    @Test
    @DisplayName("RDS-24 a copy of a beat that arrives after an extension leaves the lock its longer end")
    protected void lateBeatShortensNothing() {
        proxy.holdRequests(EXTEND);
        HeldLock lock = guard.tryAcquire(
                        "job",
                        LockOptions.defaults().withTtl(Duration.ofSeconds(6)).withHeartbeat())
                .orElseThrow();
        cutWhatIsHeldUp();
        assertThat(lock.extend(Duration.ofMinutes(10))).isTrue();

        deliverLateCopy();

        assertThat(raw.pttl("syncguard:job"))
                .isGreaterThan(Duration.ofMinutes(5).toMillis());
        assertThat(lock.release()).isTrue();
    }

    @Test
    @DisplayName("RDS-5, ACQ-4 an error in reply to a second send does not say that the first did nothing")
    protected void errorToSecondSend() {
        LockKey key = LockKey.of("job");
        try (LockBackend backend = open(proxy.uri())) {
            assertThat(backend.isLocked(key)).isFalse();
            proxy.cutReplyToNext(ACQUIRE, () -> {
                // As behind a failover to a replica that has not heard of the lock.
                raw.del("syncguard:job");
                raw.executeCommand(
                        new CommandArguments(Command.REPLICAOF).add("127.0.0.1").add("1"));
            });

            LockException failure =
                    catchThrowableOfType(LockException.class, () -> backend.acquire(key, LockId.random(), Ttl.of(TTL)));

            assertThat(proxy.cuts()).isEqualTo(1);
            assertThat(failure.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(failure.isOutcomeUnknown()).isTrue();
        }
    }

    @Test
    @DisplayName("RDS-5, REL-1 a release whose reply is cut off says that it does not know, and the lock is gone")
    protected void cutReleaseIsHonest() {
        HeldLock lock =
                guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)).orElseThrow();
        proxy.cutReplyToNext(RELEASE);

        assertThatThrownBy(lock::release).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
            assertThat(e.isOutcomeUnknown()).isTrue();
        });

        assertThat(raw.exists("syncguard:job")).as("lock left behind").isFalse();
        assertThat(lock.release()).as("REL-2 the release may be repeated").isFalse();
    }

    @Test
    @DisplayName("RDS-5, REL-1 a release that meets dead connections finds a live one")
    protected void releaseOutlivesDeadConnections() {
        HeldLock lock =
                guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)).orElseThrow();
        proxy.cutAll();

        assertThat(lock.release()).isTrue();
        assertThat(raw.exists("syncguard:job")).isFalse();
    }

    @Test
    @DisplayName("ACQ-4, OPT-2 an acquire that times out is given back in the background")
    protected void timedOutAcquireIsSettled() {
        FenceToken landed;
        try (SyncGuard hasty = SyncGuard.using(open(proxy.uri() + HASTY))) {
            Await.connected(hasty);
            ServerQuestions.await(server, 3, hasty);
            proxy.swallowReplies(true);

            assertThatThrownBy(
                            () -> hasty.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                    .isInstanceOfSatisfying(LockException.class, e -> {
                        assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                        assertThat(e.isOutcomeUnknown()).isTrue();
                    });
            landed = new FenceToken(Long.parseLong(raw.get("syncguard:fence:job")));
            assertThat(raw.get("syncguard:job"))
                    .as("the lock of the acquire, which did land")
                    .contains(landed.toString());
            proxy.swallowReplies(false);
            // No connection goes on after it lost some of its bytes.
            proxy.cutAll();

            Await.until("the orphan is gone", () -> !raw.exists("syncguard:job"));
        }
        assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL))
                        .orElseThrow()
                        .fence())
                .isGreaterThan(landed);
    }

    @Test
    @DisplayName(
            "RDS-6, ACQ-4 an acquire that reaches the server after it was abandoned is refused and leaves no orphan")
    void lateAcquireIsRefused() {
        LockKey key = LockKey.of("job");
        LockId id = LockId.random();
        Ttl ttl = Ttl.of(TTL);
        try (LockBackend slow = open(proxy.uri() + HASTY);
                LockBackend direct = open(server.uri())) {
            Await.connected(slow);
            proxy.holdRequests(ACQUIRE);
            assertThatThrownBy(() -> slow.acquire(key, id, ttl))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT));
            direct.abandon(key, id, ttl);
            long before = scriptCalls();

            proxy.deliverRequests();

            Await.until("the late acquire has run", () -> scriptCalls() > before);
            assertThat(direct.isLocked(key)).as("orphan of the late acquire").isFalse();
            assertThat(direct.release(id)).isEqualTo(ReleaseResult.ABSENT);
            assertThatThrownBy(() -> direct.acquire(key, id, ttl))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.ABORTED));
            assertThat(raw.exists("syncguard:fence:job"))
                    .as("a refused acquire counts nothing")
                    .isFalse();
            assertThat(direct.acquire(key, LockId.random(), ttl)).isInstanceOf(Acquired.class);
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
}
