package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisExecProvider;

/**
 * The {@code redis-server} executable: the one that the environment names, or one for this platform that is unpacked from a jar,
 * once per JVM.
 */
final class RedisBinary {
    private static final String VARIABLE = "SYNCGUARD_TEST_REDIS_SERVER";

    private RedisBinary() {}

    static Path path() {
        return Found.PATH;
    }

    private static final class Found {
        static final Path PATH = find();

        private static Path find() {
            String named = System.getenv(VARIABLE);
            return named == null || named.isBlank() ? unpacked() : checked(Path.of(named));
        }

        private static Path checked(Path named) {
            if (!Files.isExecutable(named) || Files.isDirectory(named)) {
                throw new IllegalStateException(VARIABLE + " names " + named
                        + ", which cannot be executed; leave it unset for the built-in server");
            }
            return named.toAbsolutePath();
        }

        private static Path unpacked() {
            try {
                return RedisExecProvider.defaultProvider().get().toPath().toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
