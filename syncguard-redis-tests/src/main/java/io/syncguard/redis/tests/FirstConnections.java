package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.RedisScript;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.FaultProxy;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testsupport.StallMeter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first connection of a backend, which has a timeout of its own; the operation timeout counts from then (OPT-2). */
@Tag("side-by-side")
@Timeout(240)
public abstract class FirstConnections {
    /** Whose the client is, and of which kind. */
    protected enum Client {
        OWN,
        HANDED_IN,
        /** One that keeps its connections to itself. */
        HANDED_IN_OF_OTHER_KIND
    }

    /** What a test never waits for. */
    private static final Duration LONG = Duration.ofMinutes(2);

    /** Longer than a test takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    /** What a call must be far below, that does not wait for so long. */
    private static final Duration FAR_BELOW = Duration.ofSeconds(40);

    private static final Duration OPERATION = Duration.ofSeconds(2);

    /** Longer than an operation may take. */
    private static final Duration SILENCE = Duration.ofSeconds(4);

    private static final int MANY = 20;
    private static final LockKey KEY = LockKey.of("job");
    private static final String SCRIPTS = new String(RedisScript.IS_LOCKED.sha1(), StandardCharsets.US_ASCII);

    private final RedisTestServer server = RedisTestServer.start();
    private final FaultProxy proxy = new FaultProxy(server.port());

    /** Where clients are told to connect to. */
    private int port = proxy.port();

    private final List<AutoCloseable> clients = new ArrayList<>();

    /** Returns the backend that this client opens for a URI. */
    protected abstract LockBackend open(String uri);

    /** Returns a backend on a client that is handed in, for one server. The client has longer timeouts than a test takes. */
    protected final LockBackend handedIn(int port, RedisOptions options) {
        return handedIn(port, options, PATIENCE);
    }

    /** Returns a backend on a client that is handed in, whose own timeouts are all the same. */
    protected abstract LockBackend handedIn(int port, RedisOptions options, Duration timeout);

    /** Returns the same on a client that keeps its connections to itself; empty if there are no such clients. */
    protected abstract Optional<LockBackend> ofOtherKind(int port, RedisOptions options);

    /** Keeps a client that was handed in, to be closed after the test. */
    protected final void keep(AutoCloseable client) {
        clients.add(client);
    }

    /** The first connection of a JVM loads classes, which is not what these tests are about. */
    @BeforeEach
    protected void loadClasses() {
        try (LockBackend backend = open(server.uri() + "?operationTimeoutMillis=60000&connectTimeoutMillis=60000")) {
            backend.ping();
            assertThat(backend.isLocked(KEY)).isFalse();
        }
    }

    @AfterEach
    protected void closeAll() throws Exception {
        proxy.close();
        for (AutoCloseable client : clients) {
            client.close();
        }
        server.close();
    }

    private LockBackend backend(Client client, Duration operation, Duration connect) {
        RedisOptions options =
                RedisOptions.defaults().withOperationTimeout(operation).withConnectTimeout(connect);
        if (client == Client.OWN) {
            return open(uri("redis", operation, connect));
        }
        if (client == Client.HANDED_IN) {
            return handedIn(port, options);
        }
        Optional<LockBackend> other = ofOtherKind(port, options);
        assumeTrue(other.isPresent(), "this library has no clients of another kind");
        return other.orElseThrow();
    }

    private String uri(String scheme, Duration operation, Duration connect) {
        return scheme + "://127.0.0.1:" + port + "?operationTimeoutMillis=" + operation.toMillis()
                + "&connectTimeoutMillis=" + connect.toMillis();
    }

    /** Has the server keep its first answers to itself for a while. */
    private void beSilentForAWhile() {
        proxy.holdRequests("");
        Thread end = new Thread(() -> {
            sleep(SILENCE);
            proxy.deliverRequests();
        });
        end.setDaemon(true);
        end.start();
    }

    private static void sleep(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("OPT-2, RDS-26 a call that opens the first connection waits for it longer than for an answer")
    protected void slowFirstConnection(Client client) {
        try (LockBackend backend = backend(client, OPERATION, LONG)) {
            beSilentForAWhile();

            assertThat(backend.isLocked(KEY)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("OPT-2 so do asynchronous calls, however many there are")
    protected void slowFirstConnectionOfFutures(Client client) {
        try (LockBackend backend = backend(client, OPERATION, LONG)) {
            beSilentForAWhile();

            List<CompletableFuture<Boolean>> calls = IntStream.range(0, MANY)
                    .mapToObj(i -> backend.async().isLocked(KEY))
                    .toList();

            assertThat(calls).allSatisfy(call -> assertThat(call.join()).isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis-cluster", "redis-sentinel"})
    @DisplayName("OPT-2, RDS-16, CLU-3 so do calls for which a node of a cluster, or a sentinel, has to be asked first")
    protected void slowToSayWhere(String scheme) {
        if (scheme.equals("redis-cluster")) {
            try (ClusterGroup group = new ClusterGroup()) {
                proxy.forwardTo(group.servers().get(0).port());
                findsItsWay(scheme);
            }
        } else {
            try (RedisTestServer sentinel =
                    RedisTestServer.startSentinel("sentinel monitor mymaster 127.0.0.1 " + server.port() + " 1")) {
                proxy.forwardTo(sentinel.port());
                findsItsWay(scheme);
            }
        }
    }

    private void findsItsWay(String scheme) {
        try (LockBackend backend = open(uri(scheme, OPERATION, LONG))) {
            beSilentForAWhile();

            assertThat(backend.isLocked(KEY)).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "OPT-2 the operation timeout counts from when the first connection is there, for all calls that waited for it")
    protected void silentOnceConnected(Client client) {
        try (LockBackend backend = backend(client, OPERATION, LONG)) {
            proxy.holdRequests(SCRIPTS);
            try (StallMeter stalls = StallMeter.start()) {
                List<CompletableFuture<Boolean>> calls = IntStream.range(0, MANY)
                        .mapToObj(i -> backend.async().isLocked(KEY))
                        .toList();
                LockException blocking = failureOf(backend);

                assertThat(blocking.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(calls).allSatisfy(call -> assertThat(codeOf(call)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT));
                assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
            }
        }
    }

    @Test
    @DisplayName("OPT-2 so it does for calls that wait for a turn on the only connection")
    protected void silentOnceConnectedOverOne() {
        try (LockBackend backend = open(uri("redis", OPERATION, LONG) + "&maxConnections=1")) {
            proxy.holdRequests("");
            List<CompletableFuture<Boolean>> calls = IntStream.range(0, MANY)
                    .mapToObj(i -> backend.async().isLocked(KEY))
                    .toList();
            Await.until("the first connection is being opened", () -> proxy.held() > 0);
            proxy.deliverRequests();
            proxy.holdRequests(SCRIPTS);
            try (StallMeter stalls = StallMeter.start()) {
                // Some of them were quick enough.
                calls.forEach(call -> call.handle((locked, failure) -> locked).join());

                assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "OPT-2 once there was a connection, a silent server costs a call its operation timeout, opening another included")
    protected void laterConnections(Client client) {
        try (LockBackend backend = backend(client, OPERATION, LONG)) {
            Await.connected(backend);
            proxy.silence(true);
            for (int i = 0; i < 3; i++) {
                try (StallMeter stalls = StallMeter.start()) {
                    LockException e = failureOf(backend);

                    assertThat(e.code()).isIn(LockErrorCode.NETWORK_TIMEOUT, LockErrorCode.SERVICE_UNAVAILABLE);
                    assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "OPT-2 a first connection that does not come ends the call after the connect timeout, which the message names")
    protected void noFirstConnection(Client client) {
        try (LockBackend backend = backend(client, LONG, OPERATION)) {
            proxy.silence(true);
            try (StallMeter stalls = StallMeter.start()) {
                CompletableFuture<Boolean> future = backend.async().isLocked(KEY);
                LockException blocking = failureOf(backend);

                assertThat(codeOf(future)).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(blocking.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(blocking.isOutcomeUnknown()).as("nothing was sent").isFalse();
                assertThat(blocking).hasMessageContaining("connectTimeoutMillis");
                assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
            }
        }
    }

    @Test
    @DisplayName("OPT-2, RDS-26 a client that was handed in may give up earlier, and then its timeout is to blame")
    protected void hastyClient() {
        RedisOptions options =
                RedisOptions.defaults().withOperationTimeout(LONG).withConnectTimeout(LONG);
        try (LockBackend backend = handedIn(port, options, OPERATION)) {
            proxy.silence(true);
            try (StallMeter stalls = StallMeter.start()) {
                LockException e = failureOf(backend);

                assertThat(e.code()).isEqualTo(LockErrorCode.NETWORK_TIMEOUT);
                assertThat(e).hasMessageContaining("the client's own timeout");
                assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName("OPT-2 nobody waits for a server that refuses the first connection")
    protected void refused(Client client) throws IOException {
        // Bound and not listening: nobody else can get the port and listen.
        try (Socket refusing = new Socket()) {
            refusing.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port = refusing.getLocalPort();
            try (LockBackend backend = backend(client, LONG, LONG);
                    StallMeter stalls = StallMeter.start()) {
                LockException e = failureOf(backend);

                assertThat(e.code()).isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE);
                assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    @DisplayName(
            "OPT-1, OPT-3 an interrupt, or the close of the backend, ends a call that waits for the first connection")
    protected void givenUp(Client client) throws InterruptedException {
        LockBackend backend = backend(client, LONG, LONG);
        proxy.silence(true);
        try (StallMeter stalls = StallMeter.start()) {
            AtomicReference<LockException> interrupted = new AtomicReference<>();
            Thread caller = new Thread(() -> interrupted.set(failureOf(backend)));
            caller.start();
            Await.until("a connection is being opened", () -> proxy.connections() > 0);
            caller.interrupt();
            caller.join(LONG.toMillis());
            CompletableFuture<Boolean> future = backend.async().isLocked(KEY);

            backend.close();

            assertThat(interrupted.get().code()).isEqualTo(LockErrorCode.ABORTED);
            assertThat(codeOf(future)).isEqualTo(LockErrorCode.ABORTED);
            assertThat(stalls.elapsed()).isLessThan(FAR_BELOW);
        }
    }

    private static LockException failureOf(LockBackend backend) {
        LockException e = catchThrowableOfType(LockException.class, () -> backend.isLocked(KEY));
        assertThat(e).as("a LockException").isNotNull();
        return e;
    }

    private static LockErrorCode codeOf(CompletableFuture<?> future) {
        Throwable failure = future.handle((value, thrown) -> thrown).join();
        return LockException.within(failure).orElseThrow().code();
    }
}
