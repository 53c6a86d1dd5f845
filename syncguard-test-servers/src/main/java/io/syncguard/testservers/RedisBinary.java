package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import redis.embedded.RedisExecProvider;

/** The {@code redis-server} executable for this platform, unpacked once per JVM from a jar. */
final class RedisBinary {
    private RedisBinary() {}

    static Path path() {
        return Unpacked.PATH;
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
