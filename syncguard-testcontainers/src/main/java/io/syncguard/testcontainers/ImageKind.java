package io.syncguard.testcontainers;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Any other server, which is only had in a container. An address is {@code host:port}.
 *
 * @param image its image
 * @param port where it listens inside the container
 */
record ImageKind(String image, int port) implements ServerKind {
    @Override
    public String title() {
        return image;
    }

    @Override
    public Optional<String> addressVariable() {
        return Optional.empty();
    }

    @Override
    public String defaultImage() {
        return image;
    }

    @Override
    public Optional<Path> namedProgram(Environment environment) {
        return Optional.empty();
    }

    @Override
    public Optional<Path> localProgram() {
        return Optional.empty();
    }

    @Override
    public String remedy() {
        return "start Docker";
    }

    @Override
    public String startProgram(Path program) {
        throw new UnsupportedOperationException("it has none");
    }

    @Override
    public String startContainer(String chosen) {
        return Containers.start(Containers.other(chosen, port), port, chosen, remedy());
    }
}
