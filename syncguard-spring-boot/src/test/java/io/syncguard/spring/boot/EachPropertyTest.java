package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncguard.SyncGuard;
import io.syncguard.redis.jedis.JedisLockBackend;
import io.syncguard.spring.LockedConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** Whatever property has a wrong value, the start fails, and what Boot then prints names it and its value. Nothing is connected. */
class EachPropertyTest {
    private static final String REDIS = "syncguard.uri=redis+jedis://me:hidden@127.0.0.1:1";
    private static final String CLUSTER = "syncguard.uri=redis-cluster+jedis://:hidden@127.0.0.1:1";
    private static final String FIRESTORE = "syncguard.uri=firestore://project?emulator=127.0.0.1:1";
    private static final String MEMORY = "syncguard.uri=memory:";

    /** Their values are in no message, or in another form. */
    private static final Set<String> SECRET_OR_LONG =
            Set.of("syncguard.uri", "syncguard.username", "syncguard.password");

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    SyncGuardAutoConfiguration.class,
                    LockedAutoConfiguration.class,
                    SyncGuardHealthContributorAutoConfiguration.class,
                    LocksEndpointAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=locks");

    /** The properties that are set, of which the last is wrong. */
    static Stream<List<String>> wrong() {
        return Stream.of(
                List.of("syncguard.uri=memory:?timeout=1"),
                List.of("syncguard.redis.key-prefix=a", "syncguard.uri=memory:?timeout=1"),
                List.of("syncguard.operation-timeout=1s", "syncguard.uri=redis+jedis://127.0.0.1:1?timeout=1"),
                List.of("syncguard.redis.key-prefix=a", "syncguard.uri=redis+jedis://127.0.0.1:1/prefix"),
                List.of("syncguard.firestore.collection=a", "syncguard.uri=firestore://project?timeout=1"),
                List.of(MEMORY, "syncguard.password=hidden"),
                List.of("syncguard.uri=redis+jedis://127.0.0.1:1", "syncguard.username=me"),
                List.of(MEMORY, "syncguard.backend=jedis"),
                List.of("syncguard.backend=jedis"),
                List.of(MEMORY, "syncguard.backend=etcd"),
                List.of(MEMORY, "syncguard.operation-timeout=0s"),
                List.of(MEMORY, "syncguard.operation-timeout=soon"),
                List.of(MEMORY, "syncguard.connect-timeout=2h"),
                List.of(MEMORY, "syncguard.close-timeout=-1s"),
                List.of(MEMORY, "syncguard.reject-long-keys=perhaps"),
                List.of(MEMORY, "syncguard.fence-retention=1h"),
                List.of(MEMORY, "syncguard.holder=a\u0001b"),
                List.of(MEMORY, "syncguard.show-keys=perhaps"),
                List.of(MEMORY, "syncguard.redis.key-prefix=a:"),
                List.of(CLUSTER, "syncguard.redis.key-prefix=a{b"),
                List.of(REDIS, "syncguard.redis.cleanup-in-is-locked=perhaps"),
                List.of(MEMORY, "syncguard.redis.replica-acks=0"),
                List.of(REDIS, "syncguard.redis.replica-acks=1001"),
                List.of(REDIS, "syncguard.redis.replica-acks=1", "syncguard.redis.max-connections=0"),
                List.of(MEMORY, "syncguard.redis.max-connections=10001"),
                List.of(MEMORY, "syncguard.redis.replica-acks=1", "syncguard.redis.replica-ack-timeout=3s"),
                List.of(REDIS, "syncguard.redis.replica-acks=1", "syncguard.redis.replica-ack-timeout=0s"),
                List.of(REDIS, "syncguard.redis.replica-ack-timeout=1s"),
                List.of(REDIS + "?replicaAcks=1&operationTimeoutMillis=50", "syncguard.redis.replica-ack-timeout=1s"),
                List.of(FIRESTORE, "syncguard.redis.replica-acks=1"),
                List.of(FIRESTORE, "syncguard.firestore.collection=a/b"),
                List.of(MEMORY, "syncguard.firestore.collection="),
                List.of(MEMORY, "syncguard.firestore.hashed-ids=perhaps"),
                List.of(FIRESTORE, "syncguard.firestore.hand-over-slot=2s"),
                List.of(MEMORY, "syncguard.firestore.hand-over-slot=1ms"),
                List.of(REDIS, "syncguard.firestore.hashed-ids=true"),
                List.of(MEMORY, "syncguard.locked.ttl=0s"),
                List.of(MEMORY, "syncguard.locked.wait-for=-1s"),
                List.of(MEMORY, "management.health.syncguard.timeout=0s"),
                List.of(MEMORY, "management.endpoint.locks.show-keys=perhaps"),
                List.of(MEMORY, "management.endpoint.locks.limit=0"),
                List.of(MEMORY, "management.endpoint.locks.timeout=0s"),
                List.of(MEMORY, "syncguard.enabled=perhaps"),
                List.of(MEMORY, "syncguard.locked.enabled=perhaps"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    @DisplayName("the message has the property and the value, and no password")
    void named(List<String> properties) {
        application.withPropertyValues(properties.toArray(String[]::new)).run(context -> {
            String wrong = name(properties);
            String message = printed(context);
            assertThat(message).containsPattern("(^|\\W)" + Pattern.quote(wrong) + "(\\W|$)");
            assertThat(message).doesNotContain("hidden");
            if (!SECRET_OR_LONG.contains(wrong)) {
                assertThat(message).contains(shown(properties));
            }
            properties.stream()
                    .map(set -> set.split("=", 2)[0])
                    .filter(set -> !set.equals(wrong) && !set.equals("syncguard.uri"))
                    .forEach(right -> assertThat(message).doesNotContain(right + ":"));
        });
    }

    private static String name(List<String> properties) {
        return properties.get(properties.size() - 1).split("=", 2)[0];
    }

    /** Returns the value as messages show it: durations in the form of ISO, without signs that nobody sees. */
    private static String shown(List<String> properties) {
        String value = properties.get(properties.size() - 1).split("=", 2)[1].replace('\u0001', '?');
        return value.matches("-?[0-9]+(ms|s|h)")
                ? DurationStyle.detectAndParse(value).toString()
                : value;
    }

    @Test
    @DisplayName("no property is left out")
    void complete() throws IOException {
        JsonNode metadata = new ObjectMapper()
                .readTree(Files.readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json")));
        Set<String> known = new TreeSet<>();
        metadata.get("properties")
                .forEach(property -> known.add(property.get("name").asText()));

        // Boot declares these three, and checks them.
        known.removeAll(Set.of(
                "management.health.syncguard.enabled",
                "management.endpoint.locks.access",
                "management.endpoint.locks.cache.time-to-live"));
        assertThat(wrong().map(EachPropertyTest::name)).containsAll(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"syncguard.uri=redis://127.0.0.1:1", "syncguard.holder=any"})
    @DisplayName("syncguard.backend without its artifact says which one to add")
    void artifact(String other) {
        application
                .withClassLoader(new FilteredClassLoader(JedisLockBackend.class))
                .withPropertyValues("syncguard.backend=jedis", other)
                .run(context -> assertThat(printed(context))
                        .isEqualTo("syncguard.backend is jedis, and syncguard-redis-jedis is not on the class path\n"
                                + "Add io.syncguard:syncguard-redis-jedis, or correct syncguard.backend."));
    }

    @Test
    @DisplayName("an address that a bean answers is not called syncguard.uri")
    void details() {
        application
                .withBean(SyncGuardConnectionDetails.class, () -> () -> "redis+jedis://:hidden@127.0.0.1:1?timeout=1")
                .run(context -> assertThat(printed(context))
                        .startsWith("the address of the SyncGuardConnectionDetails: 'timeout' is no parameter")
                        .doesNotContain("syncguard.uri", "hidden"));
    }

    @ParameterizedTest
    @CsvSource({"on, true", "TRUE, true", "1, true", "no, false", "off, false", "0, false"})
    @DisplayName("a switch is read as Boot reads all others: on is on")
    void switches(String value, boolean on) {
        application
                .withPropertyValues(MEMORY, "syncguard.enabled=" + value, "syncguard.locked.enabled=" + value)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBeanProvider(SyncGuard.class).stream().count())
                            .isEqualTo(on ? 1 : 0);
                    assertThat(context.getBeanProvider(LockedConfiguration.class).stream()
                                    .count())
                            .isEqualTo(on ? 1 : 0);
                });
    }

    /** Returns what Boot prints of a start that failed. */
    private static String printed(AssertableApplicationContext context) {
        Throwable failure = context.getStartupFailure();
        assertThat(failure).as("the start failed").isNotNull();
        Supplier<String> causes = () -> Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(Throwable::getMessage)
                .collect(Collectors.joining("\n"));
        return analyzers()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .map(analysis -> analysis.getDescription() + "\n" + analysis.getAction())
                .orElseGet(causes);
    }

    private static Stream<FailureAnalyzer> analyzers() {
        ArgumentResolver arguments = ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
                .and(Environment.class, new StandardEnvironment());
        FailureHandler missingLibraries = (type, name, failure) -> {};
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, arguments, missingLibraries)
                .stream();
    }
}
