package io.syncguard.testcontainers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisExecProvider;

/** The {@code redis-server} program, for tests that start servers of their own, for example to kill them. Stateless. */
public final class RedisExecutable {
    private static final String BUILT_IN = "redis.embedded.RedisExecProvider";

    private RedisExecutable() {}

    /**
     * Returns the program that {@code SYNCGUARD_TEST_REDIS_SERVER} names, else the one in {@code org.signal:embedded-redis}, unpacked once
     * per JVM.
     *
     * @throws IllegalStateException if the variable names no program, or it is not set and the library is not on the class path
     */
    public static Path path() {
        return path(System.getenv(RedisKind.PROGRAM_VARIABLE));
    }

    static Path path(@Nullable String named) {
        return named == null || named.isBlank()
                ? builtIn()
                        .orElseThrow(() -> new IllegalStateException("no redis-server: name one in "
                                + RedisKind.PROGRAM_VARIABLE
                                + ", or add the test dependency org.signal:embedded-redis"))
                : checked(Path.of(named));
    }

    static Path checked(Path named) {
        if (!Files.isExecutable(named) || Files.isDirectory(named)) {
            throw new IllegalStateException(RedisKind.PROGRAM_VARIABLE + " names " + named
                    + ", which cannot be executed; leave it unset for the built-in server");
        }
        return named.toAbsolutePath();
    }

    /** Returns the built-in one; empty if the library is not on the class path. */
    static Optional<Path> builtIn() {
        try {
            Class.forName(BUILT_IN, false, RedisExecutable.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
        return Optional.of(Unpacked.PATH);
    }

    private static final class Unpacked {
        static final Path PATH = unpack();

        private static Path unpack() {
            try {
                return RedisExecProvider.defaultProvider().get().toPath().toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
