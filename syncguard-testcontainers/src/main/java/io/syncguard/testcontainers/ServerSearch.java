package io.syncguard.testcontainers;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where a server comes from, in the order of ADR 29: an address that the environment names, a program that it names, Docker,
 * a program that is there. Starts nothing.
 */
final class ServerSearch {
    /** The image that stands for none. */
    static final String NO_IMAGE = "none";

    private final Environment environment;
    private final Docker docker;

    ServerSearch(Environment environment, Docker docker) {
        this.environment = environment;
        this.docker = docker;
    }

    /**
     * Returns the choice. Docker is asked only if the environment names neither an address nor a program.
     *
     * @param image the image that the test wants; null to leave it to the environment
     * @throws IllegalStateException if the environment names a program that cannot be used
     */
    ServerChoice choose(ServerKind kind, @Nullable String image) {
        Optional<String> address = kind.addressVariable().flatMap(environment::get);
        if (address.isPresent()) {
            return new ServerChoice.Running(address.get());
        }
        Optional<Path> named = kind.namedProgram(environment);
        if (named.isPresent()) {
            return new ServerChoice.Program(named.get());
        }
        Optional<String> wanted = kind.imageVariable().flatMap(environment::get);
        String chosen = image != null ? image : wanted.orElse(kind.defaultImage());
        Optional<String> obstacle = wanted.filter(NO_IMAGE::equals).isPresent()
                ? kind.imageVariable().map(variable -> variable + " is " + NO_IMAGE)
                : docker.obstacle();
        if (obstacle.isEmpty()) {
            return new ServerChoice.Container(chosen);
        }
        if (environment.requiresDocker()) {
            return new ServerChoice.Missing(
                    Environment.REQUIRE_DOCKER + " is set, and Docker cannot be used for " + kind.title() + ": "
                            + obstacle.get() + ". Start Docker, or let " + DockerEndpoints.VARIABLE
                            + " name a daemon that runs, or unset " + Environment.REQUIRE_DOCKER,
                    true);
        }
        return kind.localProgram()
                .<ServerChoice>map(ServerChoice.Program::new)
                .orElseGet(() -> new ServerChoice.Missing(
                        "no " + kind.title() + ": " + kind.remedy() + " (no Docker: " + obstacle.get() + ")", false));
    }
}
