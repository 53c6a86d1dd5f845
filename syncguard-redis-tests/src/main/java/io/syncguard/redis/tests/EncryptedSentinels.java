package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.TestCertificates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** {@code rediss-sentinel://}: sentinels, and the servers they watch over, that speak to each other and to clients by TLS. */
@Timeout(300)
public abstract class EncryptedSentinels {
    /** Whose the client is. */
    protected enum Client {
        OWN,
        HANDED_IN
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static TestCertificates certificates;
    private static TestCertificates strangers;
    private static TrustedHere trusted;

    private final List<AutoCloseable> clients = new ArrayList<>();
    private SentinelGroup group;

    /** Returns the backend that this client opens for a URI. */
    protected abstract LockBackend open(String uri);

    /** Returns a backend on a client that is handed in, which encrypts, and trusts what the JVM trusts. */
    protected abstract LockBackend handedIn(List<Integer> sentinelPorts, RedisOptions options);

    /** Keeps a client that was handed in, to be closed after the test. */
    protected final void keep(AutoCloseable client) {
        clients.add(client);
    }

    @BeforeAll
    static void start() {
        // Sentinels name servers by address.
        certificates = new TestCertificates("localhost", "127.0.0.1");
        strangers = new TestCertificates("localhost", "127.0.0.1");
        trusted = new TrustedHere(certificates);
    }

    @AfterAll
    static void stop() {
        trusted.close();
        certificates.close();
        strangers.close();
    }

    @BeforeEach
    protected void startGroup() {
        try {
            group = new SentinelGroup(certificates);
        } catch (IllegalStateException e) {
            assumeThat(e.getMessage())
                    .as("the log of a server that was built with TLS")
                    .doesNotContain("Bad directive");
            throw e;
        }
    }

    @AfterEach
    protected void closeAll() throws Exception {
        for (AutoCloseable client : clients) {
            client.close();
        }
        if (group != null) {
            group.close();
        }
    }

    private SyncGuard guard(Client client) {
        return SyncGuard.using(
                client == Client.OWN
                        ? open(uri("rediss-sentinel"))
                        : handedIn(
                                Stream.of(group.sentinels().split(",", -1))
                                        .map(each -> Integer.valueOf(each.substring(each.indexOf(':') + 1)))
                                        .toList(),
                                RedisOptions.defaults().withOperationTimeout(TIMEOUT)));
    }

    private String uri(String scheme) {
        return scheme + "://" + group.sentinels() + "?operationTimeoutMillis=" + TIMEOUT.toMillis();
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-16, RDS-13, WAI-4 locks are taken and waited for over encrypted connections, and outlive a failover")
    protected void locksAndFailover(Client client) {
        try (SyncGuard guard = guard(client)) {
            Await.connected(guard);
            HeldLock held = guard.acquire("job");
            CompletableFuture<FenceToken> waiting = guard.async()
                    .acquire("job", LockOptions.defaults().withTimeout(SentinelGroup.PATIENCE))
                    .thenCompose(lock -> lock.release().thenApply(released -> lock.fence()));
            Await.until("it subscribes", this::isSubscribedTo);
            held.release();
            assertThat(waiting.join()).isGreaterThan(held.fence());

            RedisTestServer dead = group.master();
            dead.kill();

            Await.within(SentinelGroup.PATIENCE, "a call succeeds on another master", () -> succeeds(guard));
            // The sentinel that the client has asked knew earlier than others.
            Await.within(
                    SentinelGroup.PATIENCE,
                    "all sentinels name another master",
                    () -> group.masterPort() != dead.tlsPort());
        }
    }

    private boolean isSubscribedTo() {
        try (Jedis admin = new Jedis("127.0.0.1", group.master().port())) {
            return admin.clientList().lines().anyMatch(line -> line.contains(" cmd=subscribe ") && !isOfSentinel(line));
        }
    }

    private static boolean isOfSentinel(String line) {
        return line.contains(" name=sentinel-");
    }

    private static boolean succeeds(SyncGuard guard) {
        try {
            guard.run("another-job", () -> {});
            return true;
        } catch (LockException e) {
            return false;
        }
    }

    @Test
    @DisplayName("RDS-16, RDS-13 sentinels of an unknown authority, and such that expect TLS, are named in the error")
    protected void wrongSetup() {
        TrustedHere others = new TrustedHere(strangers);
        try {
            assertThat(failure("rediss-sentinel")).contains("from an authority that is unknown here");
        } finally {
            others.close();
        }
        assertThat(failure("redis-sentinel")).contains("is TLS used on both sides");
    }

    private String failure(String scheme) {
        try (SyncGuard guard = SyncGuard.using(open(uri(scheme)))) {
            return catchThrowableOfType(LockException.class, () -> guard.isLocked("job"))
                    .getMessage();
        }
    }
}
