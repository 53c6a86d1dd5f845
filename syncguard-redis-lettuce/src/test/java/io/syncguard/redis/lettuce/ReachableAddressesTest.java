package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.CallDeadlines;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.SilentAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Hosts with several addresses, and resolvers that keep their answers to themselves. */
@Timeout(180)
class ReachableAddressesTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final RedisTestServer server = RedisTestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    /** What a resolver answers. */
    private interface Answers {
        void all(Promise<List<InetAddress>> promise) throws UnknownHostException;

        default void first(Promise<InetAddress> promise) throws UnknownHostException {}
    }

    private static List<InetAddress> addresses(String... names) throws UnknownHostException {
        InetAddress[] addresses = new InetAddress[names.length];
        for (int i = 0; i < names.length; i++) {
            addresses[i] = InetAddress.getAllByName(names[i])[0];
        }
        return Arrays.asList(addresses);
    }

    private static AddressResolverGroup<InetSocketAddress> resolvers(Answers answers) {
        return new AddressResolverGroup<>() {
            @Override
            protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
                return new InetNameResolver(executor) {
                    @Override
                    protected void doResolve(String host, Promise<InetAddress> promise) throws Exception {
                        answers.first(promise);
                    }

                    @Override
                    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) throws Exception {
                        answers.all(promise);
                    }
                }.asAddressResolver();
            }
        };
    }

    @Test
    @DisplayName("RDS-20 clients of ours resolve hosts so")
    void ownClients() {
        RedisAddress one = RedisAddress.from(BackendUri.parse("redis://h"));
        RedisAddress cluster = RedisAddress.from(BackendUri.parse("redis-cluster://h"));
        CallDeadlines deadlines = CallDeadlines.withinOperationTimeout(Duration.ofSeconds(3));
        try (OwnClient client = new OwnClient(one, deadlines, 1);
                OwnClusterClient ofCluster = new OwnClusterClient(cluster, deadlines)) {
            assertThat(client.client().getResources().addressResolverGroup()).isInstanceOf(ReachableAddresses.class);
            assertThat(ofCluster.client().getResources().addressResolverGroup()).isInstanceOf(ReachableAddresses.class);
        }
    }

    /** Something to do with a guard on the host that has these addresses. */
    private interface Use {
        void with(SyncGuard guard);
    }

    private void use(Answers answers, Duration timeout, Use use) {
        ClientResources resources = ClientResources.builder()
                .addressResolverGroup(
                        new ReachableAddresses(resolvers(answers), CallDeadlines.withinOperationTimeout(timeout)))
                .build();
        RedisClient client = RedisClient.create(resources, RedisURI.create("many.test", server.port()));
        try (SyncGuard guard = SyncGuard.using(LettuceLockBackend.create(
                client, RedisOptions.defaults().withOperationTimeout(timeout).withConnectTimeout(timeout)))) {
            use.with(guard);
        } finally {
            client.shutdown();
            resources.shutdown();
        }
    }

    @Test
    @DisplayName(
            "OPT-2, RDS-20 a host one of whose addresses is silent is reached by the other, within the time of a call")
    void silentAddress() {
        try (SilentAddress silent = SilentAddress.open("127.0.0.2", server.port())) {
            assumeTrue(silent.isSilent(), "this system refuses connections that nobody accepts");

            use(promise -> promise.setSuccess(addresses("127.0.0.2", "127.0.0.1")), TIMEOUT, guard -> assertThat(
                            guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                    .isPresent());
        }
    }

    @Test
    @DisplayName("RDS-20 so is one whose first address refuses connections; where all do, the server cannot be reached")
    void refusingAddress() {
        use(promise -> promise.setSuccess(addresses("127.0.0.3", "127.0.0.1")), TIMEOUT, guard -> assertThat(
                        guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                .isPresent());
        use(promise -> promise.setSuccess(addresses("127.0.0.3", "127.0.0.4")), TIMEOUT, guard -> assertThat(
                        catchThrowableOfType(
                                        LockException.class,
                                        () -> guard.tryAcquire(
                                                "job", LockOptions.defaults().withTtl(TTL)))
                                .code())
                .isEqualTo(LockErrorCode.SERVICE_UNAVAILABLE));
    }

    @Test
    @DisplayName("RDS-20 the only address of a host is not tried in advance")
    void oneAddress() {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            long before = connections(admin);
            use(promise -> promise.setSuccess(addresses("127.0.0.1")), TIMEOUT, guard -> assertThat(
                            guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                    .isPresent());
            assertThat(connections(admin) - before).isEqualTo(1);
        }
    }

    private static long connections(Jedis admin) {
        return admin.info("stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Test
    @DisplayName(
            "OPT-2, RDS-20 a resolver that does not know all addresses in time may know one; one that knows none ends no later than the call")
    void hungResolver() {
        use(
                new Answers() {
                    @Override
                    public void all(Promise<List<InetAddress>> promise) {}

                    @Override
                    public void first(Promise<InetAddress> promise) throws UnknownHostException {
                        promise.setSuccess(addresses("127.0.0.1").get(0));
                    }
                },
                TIMEOUT,
                guard -> assertThat(
                                guard.tryAcquire("job", LockOptions.defaults().withTtl(TTL)))
                        .isPresent());
        use(promise -> {}, Duration.ofSeconds(1), guard -> assertThat(catchThrowableOfType(
                                LockException.class,
                                () -> guard.tryAcquire(
                                        "job", LockOptions.defaults().withTtl(TTL)))
                        .code())
                .isEqualTo(LockErrorCode.NETWORK_TIMEOUT));
    }
}
