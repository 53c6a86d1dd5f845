package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** What becomes of locks in a cluster, above all of those whose slot is on its way from one master to another. */
@Tag("side-by-side")
@Execution(ExecutionMode.SAME_THREAD)
public abstract class MovingSlots {
    private static final Ttl TTL = new Ttl(60_000);
    private static final long SHORT_MILLIS = 2_000;
    private static final long SETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static ClusterGroup group;

    private final String prefix = "test-" + UUID.randomUUID();
    private final ClusterLayout layout = new ClusterLayout(prefix);
    private final LockKey key = LockKey.of("job-" + UUID.randomUUID());
    private LockBackend backend;

    /** Returns how URIs of clusters begin that this client opens. */
    protected abstract String scheme();

    private LockBackend open(String nodes, String parameters) {
        return open(PatientUri.parse(scheme() + "://" + nodes + "?" + parameters));
    }

    /** Returns a backend for the cluster of a URI. */
    protected LockBackend open(BackendUri uri) {
        return ServiceLoader.load(LockBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.schemes().contains(uri.scheme()))
                .findFirst()
                .orElseThrow()
                .open(uri);
    }

    /** Not before the subclass is complete, which opens it. */
    @BeforeEach
    protected void openBackend() {
        backend = open(group.nodes(), "keyPrefix=" + prefix);
    }

    @BeforeAll
    static void start() {
        group = new ClusterGroup();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private static Acquired take(LockBackend backend, LockKey key, LockId id) {
        return (Acquired) backend.acquire(key, id, TTL);
    }

    /** What has gone to the other master while the slot is on its way. */
    enum Gone {
        LOCK,
        INDEX,
        BOTH
    }

    private ClusterGroup.Migration migrate(LockId id, Gone gone) {
        ClusterGroup.Migration migration = group.migrate(layout.lock(key));
        if (gone != Gone.INDEX) {
            migration.move(layout.lock(key));
        }
        if (gone != Gone.LOCK) {
            migration.move(layout.index(key, id));
        }
        return migration;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "CLU-4, REL-1, EXT-1, LKP-1 a lock is found by its id alone wherever its parts are, or as soon as they are together")
    protected void foundById(Gone gone) throws Exception {
        LockId id = backend.newLockId(key);
        Acquired taken = take(backend, key, id);
        ClusterGroup.Migration migration = migrate(id, gone);

        CompletableFuture<Optional<LockRecord>> found = CompletableFuture.supplyAsync(() -> backend.lookup(id));
        CompletableFuture<Boolean> extended =
                CompletableFuture.supplyAsync(() -> backend.extend(id, TTL) instanceof Extended);
        CompletableFuture<Boolean> together = backend.async()
                .extendAll(List.of(new Extension(id, TTL), new Extension(backend.newLockId(key), TTL)))
                .get(0)
                .thenApply(Extended.class::isInstance);
        if (gone == Gone.BOTH) {
            Await.until("the lookup has found both where they are already", found::isDone);
        }
        Pause.until(System.nanoTime() + SETTLED_NANOS);
        migration.finish();

        assertThat(found.get(20, TimeUnit.SECONDS).map(LockRecord::fence)).contains(taken.fence());
        assertThat(extended.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(together.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(backend.release(id)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(group.keys(prefix + ":*")).containsExactly(new String(layout.fence(key), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("CLU-4, REL-2 a release that meets a lock in two parts waits for them and gives it back")
    protected void released(Gone gone) throws Exception {
        LockId id = backend.newLockId(key);
        Acquired unused = take(backend, key, id);
        ClusterGroup.Migration migration = migrate(id, gone);

        CompletableFuture<ReleaseResult> release = CompletableFuture.supplyAsync(() -> backend.release(id));
        Pause.until(System.nanoTime() + SETTLED_NANOS);
        migration.finish();

        assertThat(release.get(20, TimeUnit.SECONDS)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(group.keys(prefix + ":*" + key.value())).hasSize(1);
    }

    @Test
    @DisplayName("CLU-4, FEN-1 an acquire waits for a slot on its way, and counts on where the counter stood")
    protected void acquired() throws Exception {
        LockId first = backend.newLockId(key);
        Acquired before = take(backend, key, first);
        backend.release(first);
        ClusterGroup.Migration migration = group.migrate(layout.lock(key));

        CompletableFuture<Acquired> after =
                CompletableFuture.supplyAsync(() -> take(backend, key, backend.newLockId(key)));
        Pause.until(System.nanoTime() + SETTLED_NANOS);
        assertThat(after).as("while the slot is on its way").isNotDone();
        migration.finish();

        assertThat(after.get(20, TimeUnit.SECONDS).fence()).isGreaterThan(before.fence());
    }

    @Test
    @DisplayName(
            "CLU-4, OPT-2, ACQ-4 an acquire that a slot on its way keeps for too long ends in time, and has done nothing")
    protected void tooLong() {
        LockId first = backend.newLockId(key);
        Acquired before = take(backend, key, first);
        backend.release(first);
        ClusterGroup.Migration migration = group.migrate(layout.lock(key));

        LockException failure;
        try (LockBackend hasty =
                        open(group.nodes(), "keyPrefix=" + prefix + "&operationTimeoutMillis=" + SHORT_MILLIS);
                StallMeter stalls = StallMeter.start()) {
            failure = catchThrowableOfType(LockException.class, () -> take(hasty, key, hasty.newLockId(key)));
            assertThat(stalls.elapsed()).isLessThan(Duration.ofMillis(SHORT_MILLIS + 1_000));
        }
        migration.finish();

        assertThat(failure.code()).isIn(LockErrorCode.SERVICE_UNAVAILABLE, LockErrorCode.NETWORK_TIMEOUT);
        assertThat(backend.isLocked(key)).isFalse();
        assertThat(take(backend, key, backend.newLockId(key)).fence()).isGreaterThan(before.fence());
    }

    @Test
    @DisplayName("CLU-5, WAI-4 who waits hears of a release where the slot has gone")
    protected void subscriptionFollows() {
        ShardedChannels.assume();
        LockId id = backend.newLockId(key);
        Acquired unused = take(backend, key, id);
        WakeUps wakeUps = backend.wakeUps().orElseThrow();
        try (WakeUps.Place place = wakeUps.enter(key, () -> {})) {
            awaitSubscription(layout);
            // Until nobody looks any more whether all is subscribed to.
            Pause.until(System.nanoTime() + SETTLED_NANOS);
            group.migrate(layout.lock(key)).finish();
            awaitSubscription(layout);
            assertThat(place.acquire(backend.newLockId(key), TTL, Duration.ZERO))
                    .isInstanceOf(Contended.class);
        }
    }

    private void awaitSubscription(ClusterLayout names) {
        RedisTestServer owner = group.ownerOf(names.lock(key));
        String name = new String(names.lock(key), StandardCharsets.UTF_8);
        String tagged = name.substring(0, name.indexOf('}') + 1);
        try (Jedis jedis = new Jedis("127.0.0.1", owner.port())) {
            Await.until("the owner of the slot has a subscriber", () -> {
                Object channels = jedis.sendCommand(Command.PUBSUB, "SHARDCHANNELS", tagged + ":wake:*");
                return !((List<?>) channels).isEmpty();
            });
        }
    }

    @Test
    @DisplayName("OPT-3, CLU-5 closing leaves no connection to any node")
    protected void nothingIsLeft() {
        ShardedChannels.assume();
        int before = group.connections();
        try (LockBackend closing = open(group.nodes(), "keyPrefix=" + prefix)) {
            Acquired unused = take(closing, key, closing.newLockId(key));
            WakeUps wakeUps = closing.wakeUps().orElseThrow();
            WakeUps.Place place = wakeUps.enter(key, () -> {});
            awaitSubscription(layout);
            place.close();
            assertThat(group.connections()).isGreaterThan(before);
        }
        Await.until("all connections are closed", () -> group.connections() <= before);
    }

    @Test
    @DisplayName("CLU-4, CLU-5 a user with the rules that the guide prints for a cluster can do all that")
    protected void limitedUser() throws Exception {
        String user = "app-" + UUID.randomUUID();
        group.allow(user, LimitedUser.rulesInCluster(user));
        try (LockBackend limited = open(user + ":secret@" + group.nodes(), "keyPrefix=" + user)) {
            LockId id = limited.newLockId(key);
            Acquired unused = take(limited, key, id);
            ClusterLayout names = new ClusterLayout(user);
            WakeUps wakeUps = limited.wakeUps().orElseThrow();
            try (WakeUps.Place place = wakeUps.enter(key, () -> {})) {
                if (ShardedChannels.areThere()) {
                    awaitSubscription(names);
                }
                assertThat(place.acquire(limited.newLockId(key), TTL, Duration.ZERO))
                        .isInstanceOf(Contended.class);
            }
            ClusterGroup.Migration migration = group.migrate(names.lock(key));
            migration.move(names.lock(key));
            migration.move(names.index(key, id));
            assertThat(limited.extend(id, TTL)).isInstanceOf(Extended.class);
            migration.finish();
            assertThat(limited.release(id)).isEqualTo(ReleaseResult.RELEASED);
        }
    }

    @Test
    @DisplayName("CLU-2 a prefix with a hash tag of its own keeps all locks in one slot")
    protected void ownTag() {
        String tagged = "{" + prefix + "}";
        try (LockBackend oneSlot = open(group.nodes(), "keyPrefix=%7B" + prefix + "%7D")) {
            for (int i = 0; i < 20; i++) {
                LockKey each = LockKey.of("job-" + i);
                Acquired unused = take(oneSlot, each, oneSlot.newLockId(each));
            }
        }
        int mastersWithKeys = 0;
        for (int port : group.masterPorts()) {
            try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                mastersWithKeys += jedis.keys(tagged + ":job-*").isEmpty() ? 0 : 1;
            }
        }
        assertThat(mastersWithKeys).isEqualTo(1);
    }

    @Test
    @DisplayName("RDS-15, CLU-4 a master is asked for its replicas, also where replicas have fewer clients")
    protected void acknowledgement() {
        List<Jedis> clients = new ArrayList<>();
        try {
            for (int port : group.masterPorts()) {
                for (int i = 0; i < 20; i++) {
                    Jedis client = new Jedis("127.0.0.1", port);
                    clients.add(client);
                    assertThat(client.ping()).isEqualTo("PONG");
                }
            }
            // Where a client asks just some node, it is the wrong one soon.
            for (int i = 0; i < 10; i++) {
                try (LockBackend acknowledged = open(group.nodes(), "replicaAcks=1&keyPrefix=" + prefix)) {
                    LockKey each = LockKey.of("acknowledged-" + i);
                    assertThat(acknowledged.acquire(each, acknowledged.newLockId(each), TTL))
                            .isInstanceOf(Acquired.class);
                }
            }
        } finally {
            clients.forEach(Jedis::close);
        }
    }

    @Test
    @DisplayName("CLU-1 locks are on all masters")
    protected void onAllMasters() {
        for (int i = 0; i < 48; i++) {
            LockKey each = LockKey.of("job-" + i);
            Acquired unused = take(backend, each, backend.newLockId(each));
        }
        for (int port : group.masterPorts()) {
            try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                assertThat(jedis.keys(prefix + ":{*}:job-*")).isNotEmpty();
            }
        }
    }

    @Test
    @DisplayName(
            "CLU-1, CLU-2, ERR-4 an id of another shard, a brace that begins no tag, and a database are refused before any I/O")
    protected void refused() {
        LockKey other = LockKey.of("another-" + key.value());
        assertRefused(() -> {
            for (int i = 0; i < 10; i++) {
                Acquired unused = take(backend, other, LockId.of("AAAAAAAAAAAAAAAAAAAAA" + (char) ('A' + i)));
            }
        });
        assertRefused(() -> open("127.0.0.1:1", "keyPrefix=a%7Bb").close());
        assertRefused(() -> open("127.0.0.1:1", "keyPrefix=a%7B%7Db").close());
        assertRefused(() -> open("127.0.0.1:1", "keyPrefix=" + "a".repeat(196)).close());
        assertRefused(() -> open("127.0.0.1:1/1", "keyPrefix=a").close());
    }

    private static void assertRefused(Runnable call) {
        LockException refused = catchThrowableOfType(LockException.class, call::run);
        assertThat(refused).isNotNull();
        assertThat(refused.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
    }
}
