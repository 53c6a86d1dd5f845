package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.Backend;
import io.syncguard.SyncGuard;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A start that fails says which property is wrong and what to do, and shows no password. */
class InvalidPropertiesTest {
    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SyncGuardAutoConfiguration.class));

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    syncguard.holder=                                                   | syncguard.holder: a holder's label must have 1 to 128
                    syncguard.close-timeout=2h                                          | syncguard.close-timeout: the close timeout must be from zero to 1 hour
                    syncguard.operation-timeout=0s                                      | syncguard.operation-timeout: the operation timeout must be from 1 ms to 1 hour
                    syncguard.connect-timeout=2h                                        | syncguard.connect-timeout: the connect timeout must be from 1 ms to 1 hour
                    syncguard.fence-retention=23h                                       | syncguard.fence-retention: the fence retention must be from 1 day
                    syncguard.redis.key-prefix=a:                                       | syncguard.redis.key-prefix:
                    syncguard.redis.replica-acks=0                                      | syncguard.redis.replica-acks: replicaAcks must be from 1 to 1000
                    syncguard.redis.max-connections=0                                   | syncguard.redis.max-connections: maxConnections must be from 1 to 10000
                    syncguard.uri=localhost:6379                                        | syncguard.uri: the backend URI has no scheme
                    syncguard.uri=etcd://host                                           | syncguard.uri: no backend opens etcd URIs
                    syncguard.uri=redis://host                                          | syncguard.uri: syncguard-redis-jedis and syncguard-redis-lettuce all open redis URIs
                    syncguard.uri=memory:?keyPrefix=a, syncguard.redis.key-prefix=b     | syncguard.redis.key-prefix is set, and syncguard.uri has the parameter keyPrefix
                    syncguard.uri=redis://host, syncguard.backend=firestore             | syncguard.backend is firestore, and the address begins with redis:
                    syncguard.uri=redis+jedis://host, syncguard.backend=lettuce         | syncguard.backend is lettuce, and the address begins with redis+jedis:
                    syncguard.uri=redis://host, syncguard.username=me                   | syncguard.username is set, and syncguard.password is not
                    syncguard.uri=redis://:secret@host, syncguard.password=secret       | syncguard.uri has a user or a password, and so has syncguard.password
                    syncguard.uri=memory:, syncguard.password=secret                    | syncguard.username and syncguard.password are for Redis
                    syncguard.uri=redis+jedis://host, syncguard.firestore.collection=c  | syncguard.firestore.collection=c has no effect on locks that are kept by Redis
                    syncguard.uri=firestore://project, syncguard.redis.key-prefix=p     | syncguard.redis.key-prefix=p has no effect on locks that are kept by Firestore
                    """)
    @DisplayName("names the property")
    void refused(String properties, String message) {
        application
                .withPropertyValues("syncguard.uri=memory:")
                .withPropertyValues(properties.split(", *"))
                .run(context -> {
                    FailureAnalysis analysis = analysis(context.getStartupFailure());
                    assertThat(analysis.getDescription()).contains(message).doesNotContain("secret");
                    assertThat(analysis.getAction()).isNotBlank().contains("syncguard.");
                });
    }

    @Test
    @DisplayName("without an address and a connection the start fails, and says what there may be")
    void nothing() {
        application.run(
                context -> assertThat(analysis(context.getStartupFailure()).getAction())
                        .contains("Set syncguard.uri", "syncguard-redis-lettuce", "syncguard.enabled=false"));
    }

    @Test
    @DisplayName("two places for locks are refused")
    void twoPlaces() {
        application
                .withBean("one", Backend.class, () -> SyncGuard.openBackend("memory:"))
                .withBean(SyncGuardConnectionDetails.class, () -> () -> "memory:")
                .run(context -> assertThat(analysis(context.getStartupFailure()).getDescription())
                        .contains("1 beans of type Backend and 1 of type SyncGuardConnectionDetails"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    @DisplayName("the log of an application that does not start has the property and what to do, and no password")
    void log(CapturedOutput output) {
        SpringApplication starting = new SpringApplication(AheadOfTimeApplication.class);
        starting.setWebApplicationType(WebApplicationType.NONE);

        assertThatThrownBy(() -> starting.run(
                        "--spring.main.banner-mode=off", "--syncguard.uri=redis+jedis://me:hidden@host?timeout=1"))
                .isInstanceOf(BeanCreationException.class);

        assertThat(output.getAll())
                .contains(
                        "APPLICATION FAILED TO START",
                        "syncguard.uri: 'timeout' is no parameter of a redis+jedis URI",
                        "Correct syncguard.uri")
                .doesNotContain("hidden");
    }

    private static FailureAnalysis analysis(Throwable failure) {
        assertThat(failure).as("the start failed").isNotNull();
        FailureAnalysis analysis = new InvalidSyncGuardPropertiesFailureAnalyzer().analyze(failure);
        assertThat(analysis)
                .as(() -> "of ours: "
                        + Stream.iterate(failure, each -> each != null, Throwable::getCause)
                                .map(Throwable::toString)
                                .toList())
                .isNotNull();
        return analysis;
    }
}
