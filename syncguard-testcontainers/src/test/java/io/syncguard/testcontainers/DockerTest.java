package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class DockerTest {
    private final AtomicInteger probes = new AtomicInteger();
    private final DockerClientFactory factory = mock(DockerClientFactory.class);

    @Test
    @DisplayName("without a daemon Testcontainers is not asked, and the daemon is looked for once")
    void noDaemon() {
        Docker docker = docker(Optional.of("nobody is there"));

        assertThat(docker.obstacle()).contains("nobody is there");
        assertThat(docker.obstacle()).contains("nobody is there");
        assertThat(probes).hasValue(1);
        verifyNoInteractions(factory);
    }

    @Test
    @DisplayName("a daemon that Testcontainers can use is there, and all is asked once")
    void usable() {
        when(factory.isDockerAvailable()).thenReturn(true);
        Docker docker = docker(Optional.empty());

        assertThat(docker.obstacle()).isEmpty();
        assertThat(docker.obstacle()).isEmpty();
        assertThat(probes).hasValue(1);
        verify(factory, times(1)).isDockerAvailable();
    }

    @Test
    @DisplayName("a daemon that Testcontainers cannot use is none")
    void unusable() {
        when(factory.isDockerAvailable()).thenReturn(false);

        assertThat(docker(Optional.empty()).obstacle())
                .hasValueSatisfying(reason -> assertThat(reason).contains("Testcontainers cannot use it"));
    }

    @Test
    @DisplayName("a daemon on which Testcontainers fails is none, and the reason says why")
    void failing() {
        when(factory.isDockerAvailable()).thenThrow(new RuntimeException("no image of Ryuk"));

        assertThat(docker(Optional.empty()).obstacle())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no image of Ryuk"));
    }

    private Docker docker(Optional<String> found) {
        return new Docker(
                () -> {
                    probes.incrementAndGet();
                    return found;
                },
                () -> factory);
    }
}
