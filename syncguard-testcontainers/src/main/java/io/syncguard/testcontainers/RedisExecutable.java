package io.syncguard.testcontainers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/**
 * The {@code redis-server} or {@code valkey-server} program, for tests that start servers of their own, for example to kill them.
 * Thread-safe.
 */
public final class RedisExecutable {
    private static final String BUILT_IN = "redis.embedded.RedisExecProvider";
    private static final Pattern VERSION = Pattern.compile("(Redis|Valkey) server v=\\d.*", Pattern.DOTALL);

    /** The answers of the programs that were asked so far. */
    private static final Map<Path, String> VERSIONS = new ConcurrentHashMap<>();

    private static final Once<Path> UNPACKED = new Once<>(RedisExecutable::unpacked);

    private RedisExecutable() {}

    /**
     * Returns the program that {@code SYNCGUARD_TEST_REDIS_SERVER} names, else the one in {@code org.signal:embedded-redis}, unpacked once
     * per JVM. Blocks while a named program is asked for its version, the first time.
     *
     * @throws IllegalStateException if the variable names no server that runs here, or it is not set and the library is not on the class
     *     path
     */
    public static Path path() {
        return path(System.getenv(RedisKind.PROGRAM_VARIABLE));
    }

    /**
     * Returns the program that {@code SYNCGUARD_TEST_REDIS_SERVER} names; empty if it is not set.
     *
     * @throws IllegalStateException if it names no server that runs here
     */
    public static Optional<Path> named() {
        return Optional.ofNullable(System.getenv(RedisKind.PROGRAM_VARIABLE))
                .filter(name -> !name.isBlank())
                .map(name -> checked(Path.of(name)));
    }

    /**
     * Returns what the program says of itself when it is asked for its version, such as {@code Redis server v=7.0.15 sha=…}.
     *
     * @throws IllegalStateException as {@link #path()}
     */
    public static String version() {
        Path path = path();
        return version(path, "the built-in server is " + path);
    }

    static Path path(@Nullable String named) {
        return named == null || named.isBlank()
                ? builtIn()
                        .orElseThrow(() -> new IllegalStateException("no redis-server: name one in "
                                + RedisKind.PROGRAM_VARIABLE
                                + ", or add the test dependency org.signal:embedded-redis"))
                : checked(Path.of(named));
    }

    /** Returns the absolute path of a program that the environment names. */
    static Path checked(Path named) {
        Path path = named.toAbsolutePath();
        String unused = version(path, RedisKind.PROGRAM_VARIABLE + " names " + path);
        return path;
    }

    /**
     * Asks a program once.
     *
     * @param which how a message begins
     */
    private static String version(Path path, String which) {
        String known = VERSIONS.get(path);
        if (known != null) {
            return known;
        }
        String version = ask(path, which);
        VERSIONS.put(path, version);
        return version;
    }

    private static String ask(Path path, String which) {
        if (!Files.isExecutable(path) || Files.isDirectory(path)) {
            throw unusable(which, "cannot be executed", null);
        }
        String answer;
        try {
            Process process = new ProcessBuilder(path.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unusable(which, "does not start", e);
        }
        if (!VERSION.matcher(answer).matches()) {
            throw unusable(
                    which, "is no redis-server or valkey-server that runs here and said: " + answer.strip(), null);
        }
        return answer;
    }

    private static IllegalStateException unusable(String which, String why, @Nullable Throwable cause) {
        return new IllegalStateException(
                which + ", which " + why + "; name another one in " + RedisKind.PROGRAM_VARIABLE
                        + ", or leave it unset for the built-in one",
                cause);
    }

    /** Returns the built-in one; empty if the library is not on the class path. */
    static Optional<Path> builtIn() {
        try {
            Class.forName(BUILT_IN, false, RedisExecutable.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
        return Optional.of(UNPACKED.get());
    }

    private static Path unpacked() {
        try {
            return RedisExecProvider.defaultProvider().get().toPath().toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
