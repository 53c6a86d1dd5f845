package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.syncguard.testcontainers.ServerChoice.Container;
import io.syncguard.testcontainers.ServerChoice.Missing;
import io.syncguard.testcontainers.ServerChoice.Program;
import io.syncguard.testcontainers.ServerChoice.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

class ServerSearchTest {
    private static final ServerKind REDIS = new RedisKind();
    private static final ServerKind FIRESTORE = new FirestoreKind();
    private static final ServerKind OTHER = new ImageKind("quay.io/coreos/etcd:v3.6.1", 2379);

    @TempDir
    private Path folder;

    private final Map<String, String> variables = new HashMap<>();
    private final AtomicInteger probes = new AtomicInteger();
    private Optional<String> noDocker = Optional.of("nobody is there");

    @Test
    @DisplayName("1. an address comes before everything, and Docker is not looked for")
    void address() throws IOException {
        noDocker = Optional.empty();
        variables.put("SYNCGUARD_TEST_REDIS", "redis://somewhere:6379");
        variables.put("SYNCGUARD_TEST_REDIS_SERVER", executable().toString());
        variables.put("SYNCGUARD_TEST_FIRESTORE", "somewhere:8080");
        variables.put("SYNCGUARD_TEST_FIRESTORE_JAR", executable().toString());
        variables.put("SYNCGUARD_REQUIRE_DOCKER", "1");

        assertThat(choose(REDIS, null)).isEqualTo(new Running("redis://somewhere:6379"));
        assertThat(choose(REDIS, "redis:7.2")).isEqualTo(new Running("redis://somewhere:6379"));
        assertThat(choose(FIRESTORE, null)).isEqualTo(new Running("somewhere:8080"));
        assertThat(probes).hasValue(0);
    }

    @Test
    @DisplayName("2. a program that is named comes before Docker, which is not looked for")
    void namedProgram() throws IOException {
        noDocker = Optional.empty();
        Path program = executable();
        variables.put("SYNCGUARD_TEST_REDIS", " ");
        variables.put("SYNCGUARD_TEST_REDIS_SERVER", program.toString());
        variables.put("SYNCGUARD_TEST_FIRESTORE_JAR", program.toString());

        assertThat(choose(REDIS, "redis:7.2")).isEqualTo(new Program(program));
        assertThat(choose(FIRESTORE, null)).isEqualTo(new Program(program));
        assertThat(probes).hasValue(0);
    }

    @Test
    @DisplayName("a program that is named and cannot be used is an error, not a reason to look further")
    void wrongProgram() throws IOException {
        noDocker = Optional.empty();
        Path data = Files.createFile(folder.resolve("data"));
        variables.put("SYNCGUARD_TEST_REDIS_SERVER", data.toString());
        variables.put("SYNCGUARD_TEST_FIRESTORE_JAR", folder.toString());

        assertThatThrownBy(() -> choose(REDIS, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SYNCGUARD_TEST_REDIS_SERVER names " + data);
        assertThatThrownBy(() -> choose(FIRESTORE, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SYNCGUARD_TEST_FIRESTORE_JAR names " + folder);
    }

    @Test
    @DisplayName("3. Docker comes before what is installed")
    void docker() {
        noDocker = Optional.empty();

        assertThat(choose(REDIS, null)).isEqualTo(new Container("redis:8"));
        assertThat(choose(FIRESTORE, null))
                .isEqualTo(new Container("gcr.io/google.com/cloudsdktool/google-cloud-cli:emulators"));
        assertThat(choose(OTHER, null)).isEqualTo(new Container("quay.io/coreos/etcd:v3.6.1"));
        assertThat(probes).as("looks for Docker").hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:6.2", "redis:7.2", "redis:8", "valkey/valkey:8", "valkey/valkey:9"})
    @DisplayName("the environment chooses the image, unless the test does")
    void image(String image) {
        noDocker = Optional.empty();
        variables.put("SYNCGUARD_TEST_REDIS_IMAGE", image);
        variables.put("SYNCGUARD_TEST_FIRESTORE_IMAGE", "mirror/google-cloud-cli:emulators");

        assertThat(choose(REDIS, null)).isEqualTo(new Container(image));
        assertThat(choose(REDIS, "redis:7.0")).isEqualTo(new Container("redis:7.0"));
        assertThat(choose(FIRESTORE, null)).isEqualTo(new Container("mirror/google-cloud-cli:emulators"));
    }

    @Test
    @DisplayName("the image \"none\" keeps Docker out of it, whatever the test wants")
    void noImage() {
        noDocker = Optional.empty();
        variables.put("SYNCGUARD_TEST_REDIS_IMAGE", "none");

        assertThat(choose(REDIS, null)).isInstanceOf(Program.class);
        assertThat(choose(REDIS, "redis:7.2")).isInstanceOf(Program.class);
        assertThat(probes).hasValue(0);
    }

    @Test
    @DisplayName("4. without Docker it is the built-in Redis")
    void builtIn() {
        assertThat(choose(REDIS, "redis:7.2")).isInstanceOfSatisfying(Program.class, found -> assertThat(found.file())
                .isExecutable());
    }

    @Test
    @DisplayName("4. without Docker it is the emulator of an installed Cloud CLI")
    void installed() throws IOException {
        Path jar = folder.resolve("cli/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar");
        assertThat(FirestoreKind.installed(null, folder.resolve("cli").toString()))
                .isEmpty();

        Files.createDirectories(jar.getParent());
        Files.createFile(jar);

        assertThat(FirestoreKind.installed(
                        null, folder.toString(), folder.resolve("cli").toString()))
                .contains(jar);
    }

    @Test
    @DisplayName("what cannot be had is a reason to skip, which says what to do")
    void missing() {
        assertThat(choose(OTHER, null))
                .isEqualTo(
                        new Missing("no quay.io/coreos/etcd:v3.6.1: start Docker (no Docker: nobody is there)", false));
    }

    @ParameterizedTest
    @CsvSource({"1,true", "true,true", "yes,true", "0,false", "false,false", "no,false", "' ',false"})
    @DisplayName("SYNCGUARD_REQUIRE_DOCKER makes a missing Docker a failure, which says what to do")
    void required(String value, boolean required) {
        variables.put("SYNCGUARD_REQUIRE_DOCKER", value);

        if (required) {
            assertThat(choose(REDIS, null)).isInstanceOfSatisfying(Missing.class, refused -> {
                assertThat(refused.mustFail()).isTrue();
                assertThat(refused.reason())
                        .contains("SYNCGUARD_REQUIRE_DOCKER is set")
                        .contains("Redis")
                        .contains("nobody is there")
                        .contains("Start Docker")
                        .doesNotContain("\n");
            });
        } else {
            assertThat(choose(REDIS, null)).isInstanceOf(Program.class);
        }
        noDocker = Optional.empty();
        assertThat(choose(REDIS, null)).as("with Docker").isEqualTo(new Container("redis:8"));
    }

    @Test
    @DisplayName("Docker that is required and ruled out is a contradiction, which fails")
    void contradiction() {
        noDocker = Optional.empty();
        variables.put("SYNCGUARD_REQUIRE_DOCKER", "1");
        variables.put("SYNCGUARD_TEST_REDIS_IMAGE", "none");

        assertThat(choose(REDIS, null)).isInstanceOfSatisfying(Missing.class, refused -> {
            assertThat(refused.mustFail()).isTrue();
            assertThat(refused.reason()).contains("SYNCGUARD_TEST_REDIS_IMAGE is none");
        });
    }

    private final Map<Optional<String>, Docker> dockers = new HashMap<>();

    private ServerChoice choose(ServerKind kind, String image) {
        Docker docker = dockers.computeIfAbsent(noDocker, answer -> {
            DockerClientFactory factory = mock(DockerClientFactory.class);
            when(factory.isDockerAvailable()).thenReturn(true);
            return new Docker(
                    () -> {
                        probes.incrementAndGet();
                        return answer;
                    },
                    () -> factory);
        });
        return new ServerSearch(new Environment(variables), docker).choose(kind, image);
    }

    private Path executable() throws IOException {
        Path program = folder.resolve("program");
        if (!Files.exists(program)) {
            Files.writeString(program, "#!/bin/sh\necho 'Redis server v=7.2.0 sha=00000000:0'\n");
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }
}
