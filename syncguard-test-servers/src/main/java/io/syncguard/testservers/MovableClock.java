package io.syncguard.testservers;

import io.syncguard.testcontainers.RedisExecutable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The clock of Redis servers, which can be moved while they run. Needs {@code faketime} and a {@code redis-server} that loads libraries
 * as the built-in one does not: the one that the environment names, or one that is installed on this machine. Thread-safe.
 */
public final class MovableClock implements AutoCloseable {
    private final Path folder;
    private final Path offset;
    private final ServerPlace place;

    private MovableClock(Path library, Path redis) {
        try {
            this.folder = Files.createTempDirectory("syncguard-clock");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.offset = folder.resolve("offset");
        move(Duration.ZERO);
        this.place = new ServerPlace(
                ServerPlace.LOOPBACK.address(),
                List.of(
                        "env",
                        // With libc's allocator: that of the server asks for the time before the library is ready.
                        "LD_PRELOAD=" + library + " libc.so.6",
                        "FAKETIME_TIMESTAMP_FILE=" + offset,
                        "FAKETIME_NO_CACHE=1",
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        "sh",
                        "-c",
                        "shift; exec \"" + redis + "\" \"$@\"",
                        // The command that follows begins with another server, which is left out.
                        "sh"));
    }

    /** Returns one that goes right so far; empty if this machine lacks what it needs. */
    public static Optional<MovableClock> create() {
        Optional<Path> redis = RedisExecutable.named().or(MovableClock::installed);
        return redis.flatMap(server -> library().map(library -> new MovableClock(library, server)));
    }

    private static Optional<Path> installed() {
        return Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> library() {
        try (Stream<Path> architectures = Files.list(Path.of("/usr/lib"))) {
            return architectures
                    .map(architecture -> architecture.resolve("faketime").resolve("libfaketimeMT.so.1"))
                    .filter(Files::isReadable)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns where servers run that have this clock. */
    public ServerPlace place() {
        return place;
    }

    /** Has the clock be so much ahead of the machine's, or behind it. Servers see that at once. */
    public void move(Duration ahead) {
        try {
            // Never half of it.
            Path written = Files.writeString(
                    folder.resolve("next"),
                    (ahead.isNegative() ? "-" : "+") + ahead.abs().toSeconds() + "\n",
                    StandardCharsets.US_ASCII);
            Files.move(written, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes its file. Its servers are to be closed before. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(offset);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
