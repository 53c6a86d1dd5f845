package io.syncguard.testcontainers;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.gcloud.FirestoreEmulatorContainer;
import org.testcontainers.utility.DockerImageName;

/** The containers that servers run in. Testcontainers removes them when this JVM ends. Stateless. */
final class Containers {
    static final int REDIS_PORT = 6379;
    static final int FIRESTORE_PORT = 8080;
    static final String GOOGLE_CLOUD_CLI = "gcr.io/google.com/cloudsdktool/google-cloud-cli";

    private Containers() {}

    /** Returns one of Redis or Valkey, whose images take the same settings and write the same line. Not started. */
    static GenericContainer<?> redis(String image) {
        return new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(REDIS_PORT)
                // Settings alone: the image puts the name of its program in front.
                .withCommand("--save", "", "--appendonly", "no", "--protected-mode", "no")
                .waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
    }

    /** Returns one of Google's emulator. Not started. */
    static GenericContainer<?> firestore(String image) {
        return new FirestoreEmulatorContainer(DockerImageName.parse(image).asCompatibleSubstituteFor(GOOGLE_CLOUD_CLI));
    }

    /** Returns one of any image, which is ready when it listens. Not started. */
    static GenericContainer<?> other(String image, int port) {
        return new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(port)
                .waitingFor(Wait.forListeningPort());
    }

    /**
     * Starts it and returns where it is, as {@code host:port}.
     *
     * @param port where it listens inside
     * @throws IllegalStateException if it does not start; the message says what else can be done
     */
    static String start(GenericContainer<?> container, int port, String image, String remedy) {
        try {
            container.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "Docker runs, but no container of the image " + image + " starts: " + e.getMessage()
                            + ". See the cause, or choose another image or server: " + remedy,
                    e);
        }
        return container.getHost() + ":" + container.getMappedPort(port);
    }
}
