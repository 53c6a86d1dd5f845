package io.syncguard.testcontainers;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A real server that tests share. It is found or started when its {@linkplain #address() address} is first asked for, and lives as long as
 * the JVM. The order of the search is in the {@linkplain io.syncguard.testcontainers package's} description. Immutable.
 *
 * <p>Tests share its data, so give each its own key prefix or collection.
 */
public final class TestServer {
    private static final ServerSearch SEARCH = new ServerSearch(Environment.ofThisJvm(), Docker.OF_THIS_JVM);
    private static final Map<Started, Once<String>> STARTED = new ConcurrentHashMap<>();

    private final ServerKind kind;
    private final @Nullable String image;

    /** The key of a server: two images are two servers, but one program is one. */
    private record Started(ServerKind kind, ServerChoice choice) {}

    private TestServer(ServerKind kind, @Nullable String image) {
        this.kind = kind;
        this.image = image;
    }

    /** Returns a Redis; in Docker of the image that {@code SYNCGUARD_TEST_REDIS_IMAGE} names, else of {@code redis:8}. */
    public static TestServer redis() {
        return new TestServer(new RedisKind(), null);
    }

    /**
     * Returns a Redis.
     *
     * @param image what it runs in with Docker, such as {@code redis:7.2} or {@code valkey/valkey:9}; with a server or a program that
     *     the environment names, or without Docker, it has no effect
     */
    public static TestServer redis(String image) {
        return new TestServer(new RedisKind(), Objects.requireNonNull(image));
    }

    /**
     * Returns a Firestore emulator; in Docker of the image that {@code SYNCGUARD_TEST_FIRESTORE_IMAGE} names, else of Google's
     * {@code google-cloud-cli:emulators}.
     */
    public static TestServer firestore() {
        return new TestServer(new FirestoreKind(), null);
    }

    /**
     * Returns a server of any other kind. It needs Docker.
     *
     * @param image such as {@code quay.io/coreos/etcd:v3.6.1}
     * @param port where it listens inside the container; it is ready when it does
     */
    public static TestServer of(String image, int port) {
        return new TestServer(new ImageKind(Objects.requireNonNull(image), port), null);
    }

    /**
     * Returns why there is none here, and what to do about that, in one line: a reason to skip a test. Empty if there is one, or if
     * {@code SYNCGUARD_REQUIRE_DOCKER} is set and there is none: {@link #address()} then fails. Starts nothing; the first call in a JVM
     * may look for Docker, for two seconds at most if it does not run.
     *
     * @throws IllegalStateException if the environment names a program that cannot be used
     */
    public Optional<String> obstacle() {
        return SEARCH.choose(kind, image) instanceof ServerChoice.Missing missing && !missing.mustFail()
                ? Optional.of(missing.reason())
                : Optional.empty();
    }

    /**
     * Returns its address: a URI such as {@code redis://127.0.0.1:6379} for Redis, {@code host:port} for all others. Blocks until it is
     * started; in Docker the first time includes the download of the image.
     *
     * @throws IllegalStateException if there is none, or it does not start; the message says what to do. No other attempt is made in this
     *     JVM
     */
    public String address() {
        ServerChoice choice = SEARCH.choose(kind, image);
        return STARTED.computeIfAbsent(new Started(kind, choice), unknown -> new Once<>(() -> start(choice)))
                .get();
    }

    private String start(ServerChoice choice) {
        if (choice instanceof ServerChoice.Running running) {
            return running.address();
        } else if (choice instanceof ServerChoice.Program program) {
            return kind.startProgram(program.file());
        } else if (choice instanceof ServerChoice.Container container) {
            return kind.startContainer(container.image());
        } else if (choice instanceof ServerChoice.Missing missing) {
            throw new IllegalStateException(missing.reason());
        }
        throw new AssertionError(choice);
    }
}
