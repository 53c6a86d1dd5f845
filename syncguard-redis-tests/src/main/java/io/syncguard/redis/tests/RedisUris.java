package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.HeldLock;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What a URI can say, beyond where the server is. */
@Timeout(180)
public abstract class RedisUris {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final String ODD_PASSWORD = "p:a@s/s#w?o%r&d+ é\"'[]";

    private final String client;

    /**
     * @param client how schemes end that this client opens, such as {@code +jedis}
     */
    protected RedisUris(String client) {
        this.client = client;
    }

    private SyncGuard connect(String login, String hostAndPort, String parameters) {
        return SyncGuard.connect(PatientUri.of("redis" + client + "://" + login + hostAndPort + parameters));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    @DisplayName("RDS-19 user and password may have any characters, percent-encoded")
    protected void encodedLogin() {
        String user = "u:s/e@r";
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", server.port())) {
            // A Valkey fails to read it from its command line.
            admin.configSet("requirepass", ODD_PASSWORD);
            admin.aclSetUser(user, "on", ">" + ODD_PASSWORD, "~*", "&*", "+@all");
            String host = "127.0.0.1:" + server.port();
            try (SyncGuard alone = connect(":" + encoded(ODD_PASSWORD) + "@", host, "");
                    SyncGuard withUser = connect(encoded(user) + ":" + encoded(ODD_PASSWORD) + "@", host, "")) {
                assertThat(alone.tryAcquire("one", LockOptions.defaults().withTtl(TTL)))
                        .isPresent();
                assertThat(withUser.tryAcquire("two", LockOptions.defaults().withTtl(TTL)))
                        .isPresent();
            }
        }
    }

    @Test
    @DisplayName("RDS-19 a server may be named by an address of IPv6, in brackets")
    protected void ipv6() {
        assumeTrue(hasIpv6(), "this machine has no IPv6 loopback address");
        try (RedisTestServer server = RedisTestServer.start("--bind", "127.0.0.1", "::1");
                SyncGuard guard = connect("", "[::1]:" + server.port(), "/2");
                SyncGuard longForm = connect("", "[0:0:0:0:0:0:0:1]:" + server.port(), "/2")) {
            try (HeldLock held =
                    guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)).orElseThrow()) {
                assertThat(longForm.owns(held.id())).isTrue();
            }
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0])) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @DisplayName("RDS-19 a client name is that of every connection, also where releases are heard")
    protected void clientName() {
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis("127.0.0.1", server.port());
                SyncGuard guard = connect("", "127.0.0.1:" + server.port(), "?clientName=orders-7");
                SyncGuard other = connect("", "127.0.0.1:" + server.port(), "?clientName=orders-7")) {
            handOver(guard, other, admin);

            assertThat(names(admin)).containsExactlyInAnyOrder("", "orders-7");
            assertThat(admin.clientList()).contains(" cmd=subscribe ");
        }
    }

    /** Has one wait for the other, so that it subscribes. */
    private static void handOver(SyncGuard guard, SyncGuard waiting, Jedis admin) {
        HeldLock held =
                guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)).orElseThrow();
        Thread waiter = new Thread(() -> waiting.run(
                "job",
                LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(Integer.MAX_VALUE),
                () -> {}));
        waiter.start();
        Await.until("it listens", () -> !admin.pubsubChannels().isEmpty());
        held.close();
        try {
            waiter.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> names(Jedis admin) {
        return admin.clientList()
                .lines()
                .map(line -> line.replaceFirst(".* name=(\\S*) .*", "$1"))
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName("RDS-19, CLU-3 a client name is that of the connections to each node of a cluster")
    protected void clientNameInCluster() {
        try (ClusterGroup cluster = new ClusterGroup()) {
            cluster.awaitWhole();
            try (SyncGuard guard = SyncGuard.connect(
                    PatientUri.of("redis-cluster" + client + "://" + cluster.nodes() + "?clientName=orders-7"))) {
                for (int i = 0; i < 50; i++) {
                    guard.run("job-" + i, () -> {});
                }
                for (int port : cluster.masterPorts()) {
                    try (Jedis admin = new Jedis("127.0.0.1", port)) {
                        assertThat(admin.clientList().lines())
                                .as("connections for scripts")
                                .filteredOn(line -> line.contains("cmd=eval"))
                                .isNotEmpty()
                                .allSatisfy(line -> assertThat(line).contains(" name=orders-7 "));
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("RDS-19, RDS-16 a client name is that of connections to the master, and sentinels are not told")
    protected void clientNameWithSentinels() {
        try (RedisTestServer master = RedisTestServer.start();
                RedisTestServer sentinel =
                        RedisTestServer.startSentinel("sentinel monitor mymaster 127.0.0.1 " + master.port() + " 1");
                SyncGuard guard = SyncGuard.connect(PatientUri.of(
                        "redis-sentinel" + client + "://127.0.0.1:" + sentinel.port() + "?clientName=orders-7"));
                Jedis admin = new Jedis("127.0.0.1", master.port())) {
            assertThat(guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                    .isPresent();

            assertThat(names(admin)).contains("orders-7");
        }
    }

    @Test
    @DisplayName("RDS-8 a password for a server that has none is AUTH_FAILED, which says so")
    protected void passwordForNone() {
        try (RedisTestServer server = RedisTestServer.start();
                SyncGuard alone = connect(":s3cret@", "127.0.0.1:" + server.port(), "");
                SyncGuard stranger = connect("me:s3cret@", "127.0.0.1:" + server.port(), "")) {
            LockException e = refusal(alone);

            assertThat(e.code()).isEqualTo(LockErrorCode.AUTH_FAILED);
            assertThat(e).hasMessageContaining("has no password").hasMessageNotContaining("s3cret");
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(refusal(stranger).code()).isEqualTo(LockErrorCode.AUTH_FAILED);
        }
    }

    /**
     * Returns the first failure that is not a broken connection. Lettuce closes a connection whose log in was refused before it passes the
     * refusal on, and sometimes tells of the closed connection instead.
     */
    private static LockException refusal(SyncGuard guard) {
        LockException failure = null;
        for (int i = 0; i < 5 && (failure == null || failure.code() == LockErrorCode.SERVICE_UNAVAILABLE); i++) {
            failure = catchThrowableOfType(
                    LockException.class,
                    () -> guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)));
        }
        return failure;
    }

    @ParameterizedTest
    @CsvSource({
        "redis,           timeout=3s,               operationTimeoutMillis",
        "redis,           connectTimeout=3s,        connectTimeoutMillis",
        "redis,           database=1,               the database is the path",
        "redis,           ssl=true,                 rediss://",
        "rediss,          verifyPeer=NONE,          hand in a client",
        "redis,           libraryName=x,            hand in a client",
        "redis,           protocol=3,               hand in a client",
        "redis-sentinel,  sentinelMasterId=x,       parameter master",
        "redis,           master=x,                 redis-sentinel://",
        "redis-cluster,   sentinelPassword=s3cret,  redis-sentinel://",
        "redis,           trustStore=x,             rediss://",
        "redis,           keyStorePassword=s3cret,  rediss://",
        "redis,           clientname=x,             clientName",
        "rediss,          keyStorePassword=s3cret,  no keyStore",
        "rediss-sentinel, trustStoreType=JKS,       no trustStore",
        "rediss,          trustStore=nowhere.p12,   trustStorePassword",
        "rediss-cluster,  keyStore=nowhere.p12,     keyStorePassword",
    })
    @DisplayName(
            "ERR-4, RDS-19 a parameter that is none here is refused, before anything is connected, and what to write instead is said")
    protected void advice(String scheme, String parameter, String advice) {
        assertThatThrownBy(() -> SyncGuard.connect(scheme + client + "://127.0.0.1:1?" + parameter))
                .isInstanceOfSatisfying(LockException.class, e -> {
                    assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
                    assertThat(e).hasMessageContaining(advice).hasMessageNotContaining("s3cret");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two%20words", "line%0A", "%C3%A9"})
    @DisplayName("ERR-4, RDS-19 a client name that the server would refuse is refused, before anything is connected")
    protected void badClientName(String name) {
        assertThatThrownBy(() -> SyncGuard.connect("redis" + client + "://127.0.0.1:1?clientName=" + name))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}
