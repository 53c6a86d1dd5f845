package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The containers as they are told to Testcontainers; none is started. */
class ContainersTest {
    @ParameterizedTest
    @ValueSource(strings = {"redis:6.2", "redis:8", "valkey/valkey:9", "mirror.example:5000/redis:7.2"})
    @DisplayName("Redis listens on its port, and gets settings that both programs know and that keep nothing on disk")
    void redis(String image) {
        GenericContainer<?> container = Containers.redis(image);

        assertThat(container.getImage().toString()).contains(image);
        assertThat(container.getExposedPorts()).containsExactly(6379);
        assertThat(container.getCommandParts())
                .containsExactly("--save", "", "--appendonly", "no", "--protected-mode", "no");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcr.io/google.com/cloudsdktool/google-cloud-cli:emulators",
                "mirror.example:5000/google-cloud-cli:549.0.0-emulators"
            })
    @DisplayName("the emulator listens on its port, from Google's image or a copy of it")
    void firestore(String image) {
        GenericContainer<?> container = Containers.firestore(image);

        assertThat(container.getImage().toString()).contains(image);
        assertThat(container.getExposedPorts()).containsExactly(8080);
    }

    @Test
    @DisplayName("any other image listens where its user says")
    void other() {
        GenericContainer<?> container = Containers.other("quay.io/coreos/etcd:v3.6.1", 2379);

        assertThat(container.getImage().toString()).contains("quay.io/coreos/etcd:v3.6.1");
        assertThat(container.getExposedPorts()).containsExactly(2379);
    }

    @Test
    @DisplayName("the address is where the port is mapped to")
    void address() {
        assertThat(Containers.start(new Daemonless(null), 6379, "redis:8", "name one"))
                .isEqualTo("docker.example:42379");
    }

    @Test
    @DisplayName("a container that does not start is a failure that says which, why and what to do")
    void notStarted() {
        RuntimeException cause = new ContainerLaunchException("no such image");

        assertThatThrownBy(() -> Containers.start(new Daemonless(cause), 6379, "redis:88", "name one"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("redis:88", "no such image", "name one")
                .hasCause(cause);
    }

    /** Starts without a daemon, or fails to. */
    private static final class Daemonless extends GenericContainer<Daemonless> {
        private final RuntimeException failure;

        Daemonless(RuntimeException failure) {
            super(DockerImageName.parse("redis:8"));
            this.failure = failure;
        }

        @Override
        public void start() {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public String getHost() {
            return "docker.example";
        }

        @Override
        public Integer getMappedPort(int originalPort) {
            return originalPort + 36_000;
        }
    }
}
