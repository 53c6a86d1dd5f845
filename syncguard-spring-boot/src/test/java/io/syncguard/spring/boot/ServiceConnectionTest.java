package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.SyncGuard;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.gcloud.FirestoreEmulatorContainer;
import org.testcontainers.utility.DockerImageName;

/** Containers that are annotated with {@code @ServiceConnection}. They only say that they run: there need not be any Docker. */
class ServiceConnectionTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, SyncGuardAutoConfiguration.class));

    /** A container that is said to be started already. */
    static final class RedisSomewhere extends GenericContainer<RedisSomewhere> {
        RedisSomewhere(String image) {
            super(DockerImageName.parse(image));
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public String getHost() {
            return "redis.example";
        }

        @Override
        public Integer getMappedPort(int port) {
            return port + 10_000;
        }
    }

    static final class EmulatorSomewhere extends FirestoreEmulatorContainer {
        EmulatorSomewhere() {
            super(DockerImageName.parse("gcr.io/google.com/cloudsdktool/google-cloud-cli:emulators"));
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public String getEmulatorEndpoint() {
            return "emulator.example:8080";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithRedis {
        @Bean
        @ServiceConnection("redis")
        RedisSomewhere redis() {
            return new RedisSomewhere("redis:8");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithValkey {
        @Bean
        @ServiceConnection("valkey/valkey")
        RedisSomewhere valkey() {
            return new RedisSomewhere("valkey/valkey:9");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithFirestore {
        @Bean
        @ServiceConnection
        EmulatorSomewhere firestore() {
            return new EmulatorSomewhere();
        }
    }

    @Test
    @DisplayName("a Redis or Valkey container takes the place of syncguard.uri")
    void redis() {
        for (Class<?> container : List.of(WithRedis.class, WithValkey.class)) {
            application
                    .withUserConfiguration(container)
                    .withPropertyValues("syncguard.uri=memory:", "syncguard.backend=lettuce")
                    .run(context -> {
                        assertThat(context).hasNotFailed().hasSingleBean(SyncGuard.class);
                        assertThat(context.getBean(SyncGuardConnectionDetails.class)
                                        .getUri())
                                .isEqualTo("redis://redis.example:16379");
                        assertThat(context.getBean(RestartableGuard.class)
                                        .backend()
                                        .name())
                                .isEqualTo("redis-lettuce");
                    });
        }
    }

    @Test
    @DisplayName("a container with Firestore's emulator takes the place of syncguard.uri")
    void firestore() {
        application
                .withUserConfiguration(WithFirestore.class)
                .withPropertyValues("syncguard.uri=memory:", "syncguard.firestore.collection=mine")
                .run(context -> {
                    assertThat(context.getBean(SyncGuardConnectionDetails.class).getUri())
                            .isEqualTo("firestore://syncguard?emulator=emulator.example:8080");
                    assertThat(context.getBean(RestartableGuard.class).backend().name())
                            .isEqualTo("firestore");
                });
    }
}
