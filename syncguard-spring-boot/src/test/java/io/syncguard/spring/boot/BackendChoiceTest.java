package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.NoCredentials;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import io.syncguard.SyncGuard;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/** Which of several connections keeps the locks. Nothing is connected. */
class BackendChoiceTest {
    private static final Supplier<Firestore> FIRESTORE = () -> FirestoreOptions.newBuilder()
            .setProjectId("project")
            .setEmulatorHost("127.0.0.1:1")
            .setCredentials(NoCredentials.getInstance())
            .build()
            .getService();

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SyncGuardAutoConfiguration.class));
    private final ApplicationContextRunner withRedis = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(DataRedisAutoConfiguration.class, SyncGuardAutoConfiguration.class))
            .withPropertyValues("spring.data.redis.host=127.0.0.1", "spring.data.redis.port=1");

    private static String backend(AssertableApplicationContext context) {
        assertThat(context).hasNotFailed().hasSingleBean(SyncGuard.class);
        return context.getBean(RestartableGuard.class).backend().name();
    }

    private static String problem(AssertableApplicationContext context) {
        assertThat(context.getStartupFailure()).as("the start failed").isNotNull();
        InvalidSyncGuardPropertiesFailureAnalyzer analyzer = new InvalidSyncGuardPropertiesFailureAnalyzer();
        var analysis = analyzer.analyze(context.getStartupFailure());
        return analysis.getDescription() + " " + analysis.getAction();
    }

    @Test
    @DisplayName("the Firestore client of the application keeps the locks if it is all there is")
    void firestore() {
        application
                .withBean(Firestore.class, FIRESTORE)
                .withPropertyValues(
                        "syncguard.firestore.collection=mine",
                        "syncguard.firestore.hashed-ids=true",
                        "syncguard.firestore.hand-over-slot=300ms",
                        "syncguard.fence-retention=30d",
                        "syncguard.reject-long-keys=true",
                        "syncguard.operation-timeout=1s",
                        "syncguard.connect-timeout=2s")
                .run(context -> assertThat(backend(context)).isEqualTo("firestore"));
        application
                .withBean(Firestore.class, FIRESTORE)
                .withPropertyValues("syncguard.firestore.hand-over-slot=2s")
                .run(context -> assertThat(problem(context)).contains("syncguard.firestore.hand-over-slot: "));
    }

    @Test
    @DisplayName("Redis and Firestore: the start fails and names the property that decides, which then does")
    void ambiguous() {
        ApplicationContextRunner both = withRedis.withBean(Firestore.class, FIRESTORE);
        both.run(context -> assertThat(problem(context))
                .contains(
                        "the LettuceConnectionFactory or the Firestore",
                        "Choose one by syncguard.backend: lettuce or firestore"));
        both.withPropertyValues("syncguard.backend=firestore")
                .run(context -> assertThat(backend(context)).isEqualTo("firestore"));
        both.withPropertyValues("syncguard.backend=lettuce")
                .run(context -> assertThat(backend(context)).isEqualTo("redis-lettuce"));
        both.withPropertyValues("syncguard.uri=memory:")
                .run(context -> assertThat(backend(context)).isEqualTo("memory"));
    }

    @Test
    @DisplayName(
            "the client that the application uses keeps the locks, though the other one could connect to the same Redis")
    void sameClient() {
        withRedis.run(context -> assertThat(backend(context)).isEqualTo("redis-lettuce"));
        withRedis.withPropertyValues("spring.data.redis.client-type=jedis").run(context -> assertThat(backend(context))
                .isEqualTo("redis-jedis"));
    }

    @Test
    @DisplayName("a backend that the application has no connection for is refused, with those that there are")
    void missing() {
        withRedis.withPropertyValues("syncguard.backend=firestore").run(context -> assertThat(problem(context))
                .contains("syncguard.backend is firestore, and the application has no such connection, but"
                        + " the LettuceConnectionFactory"));
    }

    @Test
    @DisplayName("two connection factories, none of which is primary, are no connection")
    void severalFactories() {
        application
                .withBean("one", JedisConnectionFactory.class, BackendChoiceTest::jedis)
                .withBean("two", JedisConnectionFactory.class, BackendChoiceTest::jedis)
                .run(context -> assertThat(problem(context))
                        .contains("nothing says where locks are kept", "one has to be @Primary"));
        application
                .withBean("one", JedisConnectionFactory.class, BackendChoiceTest::jedis)
                .withBean("two", JedisConnectionFactory.class, BackendChoiceTest::jedis, bean -> bean.setPrimary(true))
                .run(context -> assertThat(backend(context)).isEqualTo("redis-jedis"));
    }

    private static JedisConnectionFactory jedis() {
        return new JedisConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", 1));
    }

    @Test
    @DisplayName("options of the other store, credentials without an address, and a fixed master are refused")
    void contradictions() {
        withRedis.withPropertyValues("syncguard.firestore.collection=c").run(context -> assertThat(problem(context))
                .contains("syncguard.firestore.collection=c has no effect on locks that are kept by Redis"));
        withRedis.withPropertyValues("syncguard.password=secret").run(context -> assertThat(problem(context))
                .contains("belong to syncguard.uri")
                .doesNotContain("secret"));
        withRedis
                .withPropertyValues("spring.data.redis.masterreplica.nodes=127.0.0.1:1,127.0.0.1:2")
                .run(context -> assertThat(problem(context)).contains("spring.data.redis.masterreplica"));
        withRedis
                .withPropertyValues(
                        "syncguard.backend=jedis", "spring.data.redis.masterreplica.nodes=127.0.0.1:1,127.0.0.1:2")
                .run(context -> assertThat(problem(context)).contains("which Jedis does not support"));
        withRedis
                .withPropertyValues("syncguard.redis.replica-ack-timeout=1s")
                .run(context -> assertThat(problem(context)).contains("Set syncguard.redis.replica-acks too"));
        withRedis.withPropertyValues("syncguard.redis.max-connections=0").run(context -> assertThat(problem(context))
                .contains("syncguard.redis.max-connections: "));
        withRedis
                .withPropertyValues("syncguard.redis.replica-acks=1", "syncguard.redis.replica-ack-timeout=5s")
                .run(context -> assertThat(problem(context)).startsWith("syncguard.redis.replica-ack-timeout: "));
        withRedis
                .withPropertyValues("spring.data.redis.cluster.nodes=127.0.0.1:1", "syncguard.redis.key-prefix=a{b")
                .run(context -> assertThat(problem(context)).startsWith("syncguard.redis.key-prefix: "));
        withRedis
                .withPropertyValues(
                        "syncguard.backend=jedis",
                        "spring.data.redis.sentinel.master=m",
                        "spring.data.redis.sentinel.nodes=127.0.0.1:1",
                        "syncguard.redis.replica-acks=0")
                .run(context -> assertThat(problem(context)).startsWith("syncguard.redis.replica-acks: "));
        withRedis.withPropertyValues("syncguard.redis.key-prefix=a:").run(context -> assertThat(problem(context))
                .contains("syncguard.redis.key-prefix: "));
    }
}
