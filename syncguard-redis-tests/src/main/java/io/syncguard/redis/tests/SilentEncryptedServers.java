package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.TestCertificates;
import io.syncguard.testservers.TlsProxy;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Encrypted connections that lead nowhere any more. Whoever closes one is to say goodbye first, and to hear it said; and nobody
 * answers.
 */
@Timeout(180)
public abstract class SilentEncryptedServers {
    /** Whose the client is. */
    protected enum Client {
        OWN,
        HANDED_IN
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    /** Those of a client that is handed in. */
    protected static final RedisOptions OPTIONS = RedisOptions.defaults().withOperationTimeout(TIMEOUT);

    /** What a client that was handed in waits for an answer: less than an operation takes, and more than half of it. */
    protected static final Duration SOCKET_TIMEOUT = Duration.ofMillis(3_500);

    /** The time that a busy machine may add; stalls of this process are measured and not counted. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    private static final int MANY = 8;

    private static TestCertificates certificates;
    private static TrustedHere trusted;
    private static RedisTestServer server;
    private static TlsProxy encryption;

    private final List<AutoCloseable> clients = new ArrayList<>();
    private FaultProxy proxy;

    /** Returns the backend that this client opens for a URI. */
    protected abstract LockBackend open(String uri);

    /** Returns a backend on a client that is handed in, which encrypts, and trusts what the JVM trusts. */
    protected abstract LockBackend handedIn(String host, int port, RedisOptions options);

    /** Keeps a client that was handed in, to be closed after the test. */
    protected final void keep(AutoCloseable client) {
        clients.add(client);
    }

    @BeforeAll
    static void start() {
        certificates = new TestCertificates("localhost");
        trusted = new TrustedHere(certificates);
        server = RedisTestServer.start();
        encryption = TlsProxy.start(server.port(), certificates);
    }

    @AfterAll
    static void stop() {
        encryption.close();
        server.close();
        trusted.close();
        certificates.close();
    }

    @BeforeEach
    protected void startProxy() {
        proxy = new FaultProxy(encryption.port());
    }

    /** First the proxy: a client that was handed in waits for the other side when it closes. */
    @AfterEach
    protected void closeAll() throws Exception {
        proxy.close();
        for (AutoCloseable client : clients) {
            client.close();
        }
    }

    private SyncGuard guard(Client client) {
        return SyncGuard.using(
                client == Client.OWN
                        ? open("rediss://localhost:" + proxy.port() + "?operationTimeoutMillis=" + TIMEOUT.toMillis())
                        : handedIn("localhost", proxy.port(), OPTIONS));
    }

    /** Returns the port on which the server is found, with encryption. */
    protected final int port() {
        return proxy.port();
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("OPT-2, RDS-13 calls that meet silence on encrypted connections end within the operation timeout")
    protected void callsKeepTheirTimeout(Client client) {
        try (SyncGuard guard = guard(client)) {
            assertCallsKeepTheirTimeout(guard);
            Await.connected(guard);
        }
    }

    /** Makes calls at the same time on connections that fall silent. */
    protected final void assertCallsKeepTheirTimeout(SyncGuard guard) {
        Await.connected(guard);
        openMany(guard);
        proxy.silenceAll();
        CountDownLatch begin = new CountDownLatch(1);
        List<CompletableFuture<Duration>> calls = IntStream.range(0, MANY)
                .mapToObj(i -> onThread(() -> {
                    begin.await();
                    return failed(guard);
                }))
                .toList();

        begin.countDown();

        for (CompletableFuture<Duration> call : calls) {
            assertThat(call.join()).isLessThan(TIMEOUT.plus(SLACK));
        }
    }

    /** A call that takes its time. */
    private interface Timed {
        Duration run() throws InterruptedException;
    }

    private static CompletableFuture<Duration> onThread(Timed call) {
        CompletableFuture<Duration> took = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                took.complete(call.run());
            } catch (InterruptedException | RuntimeException | AssertionError e) {
                took.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return took;
    }

    /** Makes a call, and returns how long it took to fail; nothing if it found another connection. */
    private static Duration failed(SyncGuard guard) {
        try (StallMeter stalls = StallMeter.start()) {
            try {
                var unused = guard.isLocked("job");
                return Duration.ZERO;
            } catch (LockException e) {
                assertThat(e.code()).isIn(LockErrorCode.NETWORK_TIMEOUT, LockErrorCode.SERVICE_UNAVAILABLE);
                return stalls.elapsed();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "RDS-17, RDS-13 idle encrypted connections that lead nowhere do not cost a call each, nor more than its time")
    protected void idleConnections(Client client) {
        try (SyncGuard guard = guard(client)) {
            Await.connected(guard);
            openMany(guard);
            proxy.silenceAll();

            List<Duration> failed = IntStream.range(0, 2 * MANY)
                    .mapToObj(i -> failed(guard))
                    .filter(took -> !took.isZero())
                    .toList();

            assertThat(failed).hasSizeLessThanOrEqualTo(1);
            assertThat(failed).allSatisfy(took -> assertThat(took).isLessThan(TIMEOUT.plus(SLACK)));
        }
    }

    /** Has a pool open its connections. */
    private static void openMany(SyncGuard guard) {
        CompletableFuture.allOf(IntStream.range(0, 20 * MANY)
                        .mapToObj(i -> guard.async().isLocked("job-" + i))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("OPT-3, RDS-13 closing waits for no silent server, and ends the calls that do")
    protected void closing(Client client) throws InterruptedException {
        SyncGuard guard = guard(client);
        Await.connected(guard);
        openMany(guard);
        proxy.silenceAll();
        CompletableFuture<Boolean> call = guard.async().isLocked("job");
        TimeUnit.MILLISECONDS.sleep(50);

        try (StallMeter stalls = StallMeter.start()) {
            guard.close();

            assertThat(stalls.elapsed()).isLessThan(SOCKET_TIMEOUT);
        }
        assertThat(call).isDone();
        Throwable failure = call.handle((value, thrown) -> thrown).join();
        assertThat(LockException.within(failure).orElseThrow().code()).isEqualTo(LockErrorCode.ABORTED);
    }
}
