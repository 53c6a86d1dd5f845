package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.BackendUnavailableException;
import io.syncguard.HeldLock;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.TestCertificates;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ClientKillParams;

/** Locks through the connection that an application has to Redis, on real servers. */
class RedisConnectionsTest {
    private static RedisTestServer server;

    private final String prefix = "boot-" + UUID.randomUUID();
    private final ApplicationContextRunner either = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    SslAutoConfiguration.class, DataRedisAutoConfiguration.class, SyncGuardAutoConfiguration.class))
            .withPropertyValues(
                    "syncguard.redis.key-prefix=" + prefix,
                    "syncguard.operation-timeout=20s",
                    "syncguard.connect-timeout=40s");
    private final ApplicationContextRunner lettuce = either.withPropertyValues("spring.data.redis.client-type=lettuce");
    private final ApplicationContextRunner jedis = either.withPropertyValues("spring.data.redis.client-type=jedis");

    /** An application that uses Lettuce itself, and has the Jedis backend only. */
    private final ApplicationContextRunner jedisBesideLettuce =
            lettuce.withClassLoader(new FilteredClassLoader("io.syncguard.redis.lettuce"));

    @BeforeAll
    static void start() {
        server = RedisTestServer.start();
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.aclSetUser("locksmith", "on", ">secret", "~*", "&*", "+@all");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private void allKeepLocks(String uriOfOthers, String... properties) {
        keepsLocks(lettuce.withPropertyValues(properties), "redis-lettuce", uriOfOthers);
        keepsLocks(jedis.withPropertyValues(properties), "redis-jedis", uriOfOthers);
        keepsLocks(jedisBesideLettuce.withPropertyValues(properties), "redis-jedis", uriOfOthers);
    }

    private void keepsLocks(ApplicationContextRunner configured, String backend, String uriOfOthers) {
        configured.run(context -> {
            SyncGuard guard = context.getBean(SyncGuard.class);
            assertThat(context.getBean(RestartableGuard.class).backend().name()).isEqualTo(backend);
            String uri = uriOfOthers.replaceFirst("^(redis(-cluster)?)://", "$1+jedis://")
                    + "?operationTimeoutMillis=20000&connectTimeoutMillis=40000&keyPrefix=" + prefix;
            try (SyncGuard others = SyncGuard.connect(uri);
                    HeldLock lock = guard.acquire("account:42")) {
                assertThat(others.owns(lock.id()))
                        .as("the lock is on that server")
                        .isTrue();
                assertThat(guard.tryAcquire("account:42")).isEmpty();
            }
            assertThat(guard.isLocked("account:42")).isFalse();
        });
    }

    private static String[] own(String... more) {
        return concat(more, "spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + server.port());
    }

    private static String[] concat(String[] some, String... more) {
        String[] all = Arrays.copyOf(more, more.length + some.length);
        System.arraycopy(some, 0, all, more.length, some.length);
        return all;
    }

    @Test
    @DisplayName("one server, with a user, a database and a command timeout")
    void standalone() {
        allKeepLocks(
                server.uri() + "/3",
                own(
                        "spring.data.redis.username=locksmith",
                        "spring.data.redis.password=secret",
                        "spring.data.redis.database=3",
                        "spring.data.redis.timeout=30s"));
    }

    @Test
    @DisplayName("one server with TLS, by an SSL bundle, and a password, watched by a sentinel or not")
    void encrypted() {
        try (TestCertificates certificates = new TestCertificates("127.0.0.1");
                RedisTestServer encrypted = RedisTestServer.startEncrypted(certificates, "--requirepass", "secret");
                RedisTestServer sentinel = RedisTestServer.startEncryptedSentinel(
                        certificates,
                        "sentinel monitor locks 127.0.0.1 " + encrypted.tlsPort() + " 1",
                        "sentinel auth-pass locks secret")) {
            String uri = "redis://:secret@127.0.0.1:" + encrypted.port();
            String[] bundle = {
                "spring.data.redis.password=secret",
                "spring.data.redis.ssl.bundle=locks",
                "spring.ssl.bundle.jks.locks.truststore.location=file:" + certificates.trusted(),
                "spring.ssl.bundle.jks.locks.truststore.type=PKCS12",
                "spring.ssl.bundle.jks.locks.truststore.password=" + TestCertificates.PASSWORD
            };
            allKeepLocks(
                    uri,
                    concat(
                            bundle,
                            "spring.data.redis.host=127.0.0.1",
                            "spring.data.redis.port=" + encrypted.tlsPort()));
            keepsLocks(
                    jedis.withPropertyValues(concat(
                            bundle,
                            "spring.data.redis.sentinel.master=locks",
                            "spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.tlsPort())),
                    "redis-jedis",
                    uri);
            // Without the bundle it is encrypted all the same, and the certificate is not trusted.
            jedisBesideLettuce
                    .withPropertyValues("spring.data.redis.url=rediss://:secret@127.0.0.1:" + encrypted.tlsPort())
                    .run(context -> assertThatThrownBy(
                                    () -> context.getBean(SyncGuard.class).ping())
                            .hasMessageContaining("certificate"));
        }
    }

    @Test
    @DisplayName("a master that sentinels watch")
    void sentinels() {
        try (RedisTestServer sentinel =
                RedisTestServer.startSentinel("sentinel monitor locks 127.0.0.1 " + server.port() + " 1")) {
            allKeepLocks(
                    server.uri(),
                    "spring.data.redis.sentinel.master=locks",
                    "spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port());
        }
    }

    @Test
    @DisplayName("a cluster")
    void cluster() {
        try (RedisTestCluster cluster = RedisTestCluster.start(3, 0)) {
            allKeepLocks(
                    "redis-cluster://" + cluster.addresses(), "spring.data.redis.cluster.nodes=" + cluster.addresses());
        }
    }

    @Test
    @DisplayName("syncguard.uri with a user and a password beside it, which need no percent-encoding")
    void address() {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            admin.aclSetUser("o@d/user", "on", ">p@ss w/?#rd+%", "~*", "&*", "+@all");
        }
        for (String client : new String[] {"lettuce", "jedis"}) {
            keepsLocks(
                    either.withPropertyValues(
                            "syncguard.uri=redis://127.0.0.1:" + server.port() + "/2",
                            "syncguard.backend=" + client,
                            "syncguard.username=o@d/user",
                            "syncguard.password=p@ss w/?#rd+%"),
                    "redis-" + client,
                    server.uri() + "/2");
        }
    }

    @Test
    @DisplayName("syncguard.backend=jedis has locks kept by Jedis where the application itself uses Lettuce")
    void chosen() {
        keepsLocks(lettuce.withPropertyValues(own("syncguard.backend=jedis")), "redis-jedis", server.uri());
    }

    @Test
    @DisplayName("connections of our own client have the application's name and are gone after the end")
    void named() {
        jedis.withPropertyValues(own("spring.data.redis.client-name=boot-application"))
                .run(context -> {
                    context.getBean(SyncGuard.class).run("k", () -> {});
                    assertThat(clients()).contains("name=boot-application");

                    context.close();

                    assertThat(clients()).doesNotContain("name=boot-application");
                });
    }

    private static String clients() {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            return admin.clientList();
        }
    }

    @Test
    @DisplayName(
            "a client that does not reconnect by itself keeps locks through a cut of its connections, and through a restart")
    void cuts() {
        lettuce.withPropertyValues(own())
                .withBean(LettuceClientOptionsBuilderCustomizer.class, () -> options -> options.autoReconnect(false))
                .run(context -> {
                    SyncGuard guard = context.getBean(SyncGuard.class);
                    HeldLock lock = guard.acquire("k");
                    try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
                        admin.clientKill(ClientKillParams.clientKillParams().skipMe(ClientKillParams.SkipMe.YES));
                    }
                    // A call that is under way when its connection breaks fails, because nobody sends it again.
                    assertThat(soon(() -> guard.owns(lock.id()))).isTrue();
                    assertThat(soon(lock::release)).isTrue();

                    context.stop();
                    context.start();

                    guard.run("k", () -> assertThat(guard.isLocked("k")).isTrue());
                });
    }

    @Test
    @DisplayName("locks that are held at the end are released while the connection is still there")
    void heldAtTheEnd() {
        for (ApplicationContextRunner each : new ApplicationContextRunner[] {lettuce, jedis, jedisBesideLettuce}) {
            each.withPropertyValues(own()).run(context -> {
                HeldLock held = context.getBean(SyncGuard.class).acquire("k");

                context.close();

                assertThat(held.isHeld()).isFalse();
                assertThat(keys()).isEmpty();
            });
        }
    }

    @Test
    @DisplayName("locks that are held when the start fails are released too")
    void heldAtFailedStart() {
        for (ApplicationContextRunner each : new ApplicationContextRunner[] {lettuce, jedis}) {
            AtomicBoolean locked = new AtomicBoolean();
            each.withPropertyValues(own())
                    .withInitializer(context -> context.addBeanFactoryPostProcessor(beans -> {
                        ((BeanDefinitionRegistry) beans)
                                .registerBeanDefinition(
                                        "failing",
                                        BeanDefinitionBuilder.genericBeanDefinition(Object.class, () -> {
                                                    HeldLock held = beans.getBean(SyncGuard.class)
                                                            .acquire("k");
                                                    locked.set(held.isHeld());
                                                    throw new IllegalStateException("as this test wants it");
                                                })
                                                .getBeanDefinition());
                    }))
                    .run(context -> {
                        assertThat(context.getStartupFailure()).hasRootCauseMessage("as this test wants it");
                        assertThat(locked).isTrue();
                        assertThat(keys()).isEmpty();
                    });
        }
    }

    private static <T> T soon(Supplier<T> call) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return call.get();
            } catch (BackendUnavailableException e) {
                if (System.nanoTime() > deadlineNanos) {
                    throw e;
                }
            }
        }
    }

    /** Returns the locks of this test that the server has. */
    private Set<String> keys() {
        try (Jedis raw = new Jedis("127.0.0.1", server.port())) {
            return raw.keys(prefix + ":k");
        }
    }
}
