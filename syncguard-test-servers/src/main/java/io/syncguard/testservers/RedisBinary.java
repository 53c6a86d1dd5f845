package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/**
 * The {@code redis-server} or {@code valkey-server} executable: the one that the environment names, or one for this platform that is
 * unpacked from a jar, once per JVM. Thread-safe.
 */
final class RedisBinary {
    private static final String VARIABLE = "SYNCGUARD_TEST_REDIS_SERVER";

    private static @Nullable RedisBinary found;

    private final Path path;
    private final ServerVersion version;

    private RedisBinary(Path path, ServerVersion version) {
        this.path = path;
        this.version = version;
    }

    static Path path() {
        return find().path;
    }

    static ServerVersion version() {
        return find().version;
    }

    /**
     * Returns the one that the environment names; empty if it names none.
     *
     * @throws IllegalStateException if that one cannot be used
     */
    static Optional<Path> named() {
        return named(System.getenv(VARIABLE)).map(binary -> binary.path);
    }

    /** Looks again after a failure, so that every test that needs a server says why there is none. */
    private static synchronized RedisBinary find() {
        if (found == null) {
            found = named(System.getenv(VARIABLE)).orElseGet(RedisBinary::unpacked);
        }
        return found;
    }

    /**
     * Returns the one with a name; empty if the name is blank.
     *
     * @throws IllegalStateException if it is no server or does not run here; says which variable named it
     */
    static Optional<RedisBinary> named(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return Optional.empty();
        }
        Path path = Path.of(name).toAbsolutePath();
        if (!Files.isExecutable(path) || Files.isDirectory(path)) {
            throw unusable(path, "which cannot be executed", null);
        }
        try {
            String answer = versionAnswer(path);
            ServerVersion version = ServerVersion.of(answer)
                    .orElseThrow(() -> unusable(
                            path,
                            "which is no redis-server or valkey-server that runs here. It said: " + answer,
                            null));
            return Optional.of(new RedisBinary(path, version));
        } catch (IOException e) {
            throw unusable(path, "which does not start", e);
        }
    }

    private static IllegalStateException unusable(Path path, String why, @Nullable Throwable cause) {
        return new IllegalStateException(
                VARIABLE + " names " + path + ", " + why + "; leave it unset for the built-in server", cause);
    }

    private static RedisBinary unpacked() {
        try {
            Path path = RedisExecProvider.defaultProvider().get().toPath().toAbsolutePath();
            String answer = versionAnswer(path);
            return new RedisBinary(
                    path,
                    ServerVersion.of(answer)
                            .orElseThrow(() ->
                                    new IllegalStateException("the built-in server does not run here: " + answer)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String versionAnswer(Path path) throws IOException {
        Process process = new ProcessBuilder(path.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
