package io.syncguard.testcontainers;

import java.util.Optional;
import java.util.function.Supplier;
import org.testcontainers.DockerClientFactory;

/** Whether containers can be started. Asked once. Thread-safe. */
final class Docker {
    /** This JVM's: no matter how many servers are looked for, Docker is asked once. */
    static final Docker OF_THIS_JVM =
            new Docker(() -> DockerProbe.ofThisMachine().obstacle(), DockerClientFactory::instance);

    private final Once<Optional<String>> obstacle;

    /**
     * @param probe returns quickly why there is no daemon, empty if there is one
     * @param factory not asked unless there is a daemon
     */
    Docker(Supplier<Optional<String>> probe, Supplier<DockerClientFactory> factory) {
        this.obstacle = new Once<>(() -> probe.get().or(() -> obstacle(factory)));
    }

    /** Returns why containers cannot be started; empty if they can. */
    Optional<String> obstacle() {
        return obstacle.get();
    }

    private static Optional<String> obstacle(Supplier<DockerClientFactory> factory) {
        try {
            return factory.get().isDockerAvailable()
                    ? Optional.empty()
                    : Optional.of("a daemon answers, but Testcontainers cannot use it; its log says why");
        } catch (RuntimeException e) {
            return Optional.of("a daemon answers, but Testcontainers cannot use it: " + e.getMessage());
        }
    }
}
