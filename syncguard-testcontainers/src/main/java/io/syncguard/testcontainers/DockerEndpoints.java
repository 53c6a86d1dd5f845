package io.syncguard.testcontainers;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a Docker daemon may listen: the places at which Testcontainers looks for one. Stateless. */
final class DockerEndpoints {
    static final String VARIABLE = "DOCKER_HOST";

    private DockerEndpoints() {}

    /** Returns the endpoints of this machine, the one to ask first at the front; empty if there is no sign of Docker. */
    static List<String> ofThisMachine() {
        return of(System.getenv(), Path.of(System.getProperty("user.home")), Path.of("/"));
    }

    /**
     * Returns the endpoints.
     *
     * @param environment what {@code DOCKER_HOST} and {@code XDG_RUNTIME_DIR} are read from
     * @param home the user's folder, with Testcontainers' settings
     * @param root the folder that {@code /} stands for
     */
    static List<String> of(Map<String, String> environment, Path home, Path root) {
        Properties settings = settings(home.resolve(".testcontainers.properties"));
        // A named endpoint is the only one: a daemon elsewhere has other images, and maybe other data.
        return Stream.of(
                        settings.getProperty("tc.host"), environment.get(VARIABLE), settings.getProperty("docker.host"))
                .filter(named -> named != null && !named.isBlank())
                .findFirst()
                .map(named -> List.of(named.strip()))
                .orElseGet(() -> sockets(environment.get("XDG_RUNTIME_DIR"), home, root));
    }

    private static List<String> sockets(@Nullable String runtimeFolder, Path home, Path root) {
        Stream<String> unix = Stream.of(
                        runtimeFolder == null ? null : Path.of(runtimeFolder, "docker.sock"),
                        home.resolve(".docker/run/docker.sock"),
                        root.resolve("var/run/docker.sock"),
                        home.resolve(".docker/desktop/docker.sock"))
                .filter(Objects::nonNull)
                .filter(Files::exists)
                .map(socket -> "unix://" + socket);
        Path pipe = Path.of("//./pipe/docker_engine");
        return Stream.concat(unix, Files.exists(pipe) ? Stream.of("npipe:////./pipe/docker_engine") : Stream.empty())
                .toList();
    }

    private static Properties settings(Path file) {
        Properties settings = new Properties();
        if (Files.isRegularFile(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                settings.load(reader);
            } catch (IOException e) {
                // Testcontainers ignores a file that it cannot read, too.
                settings.clear();
            }
        }
        return settings;
    }
}
