package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEndpointsTest {
    @TempDir
    private Path folder;

    private Path home;
    private Path root;

    @BeforeEach
    void folders() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        root = Files.createDirectory(folder.resolve("root"));
    }

    @Test
    @DisplayName("no sign of Docker, no endpoint")
    void none() {
        assertThat(of(Map.of())).isEmpty();
        assertThat(of(Map.of("DOCKER_HOST", " ", "XDG_RUNTIME_DIR", folder.toString())))
                .isEmpty();
    }

    @Test
    @DisplayName("what is named is the only endpoint: tc.host, DOCKER_HOST, docker.host")
    void named() throws IOException {
        file(root.resolve("var/run/docker.sock"));
        Map<String, String> environment = Map.of("DOCKER_HOST", "tcp://variable:1");
        assertThat(of(environment)).containsExactly("tcp://variable:1");

        Path settings = home.resolve(".testcontainers.properties");
        Files.writeString(settings, "docker.host=tcp\\://setting:2\n");
        assertThat(of(environment)).containsExactly("tcp://variable:1");
        assertThat(of(Map.of())).containsExactly("tcp://setting:2");

        Files.writeString(settings, "docker.host=tcp\\://setting:2\ntc.host=tcp\\://cloud:3\n");
        assertThat(of(environment)).containsExactly("tcp://cloud:3");
    }

    @Test
    @DisplayName("settings that cannot be read count as none")
    void unreadable() throws IOException {
        Files.write(home.resolve(".testcontainers.properties"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});

        assertThat(of(Map.of("DOCKER_HOST", "tcp://variable:1"))).containsExactly("tcp://variable:1");
    }

    @Test
    @DisplayName("sockets that are there are asked, those of the user first")
    void sockets() throws IOException {
        Path system = file(root.resolve("var/run/docker.sock"));
        Path rootless = file(folder.resolve("runtime/docker.sock"));
        Path running = file(home.resolve(".docker/run/docker.sock"));
        Path desktop = file(home.resolve(".docker/desktop/docker.sock"));

        assertThat(of(Map.of("XDG_RUNTIME_DIR", rootless.getParent().toString())))
                .containsExactly("unix://" + rootless, "unix://" + running, "unix://" + system, "unix://" + desktop);
        Files.delete(running);
        assertThat(of(Map.of())).containsExactly("unix://" + system, "unix://" + desktop);
    }

    private List<String> of(Map<String, String> environment) {
        return DockerEndpoints.of(environment, home, root);
    }

    private static Path file(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.createFile(path);
    }
}
