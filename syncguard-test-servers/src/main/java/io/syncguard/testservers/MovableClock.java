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
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path folder;
    private final Path offset;

    /** Has a line for each process that was started with this clock: its number. */
    private final Path processes;

    private final ServerPlace place;

    private MovableClock(Path library, Path redis) {
        try {
            this.folder = Files.createTempDirectory("syncguard-clock");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.offset = folder.resolve("offset");
        this.processes = folder.resolve("processes");
        move(Duration.ZERO);
        this.place = new ServerPlace(
                ServerPlace.LOOPBACK.address(),
                List.of(
                        "env",
                        "FAKETIME_TIMESTAMP_FILE=" + offset,
                        "FAKETIME_NO_CACHE=1",
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        "sh",
                        "-c",
                        // The command that follows begins with another server, which is left out. With libc's
                        // allocator,
                        // since that of the server asks for the time before the library is ready.
                        """
                        echo $$ >> "$0"; shift; exec env "LD_PRELOAD=%s libc.so.6" "%s" "$@"
                        """
                                .formatted(library, redis),
                        processes.toString()));
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

    /** Deletes its files. Its servers are to be closed before. */
    @Override
    public void close() {
        try {
            if (Files.exists(processes)) {
                for (String process : Files.readAllLines(processes)) {
                    deleteWhatAKillLeft(process);
                }
            }
            Files.deleteIfExists(processes);
            Files.deleteIfExists(offset);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Left where it is, it lets the command {@code faketime} fail in each later process that happens to get the same number. */
    private static void deleteWhatAKillLeft(String process) throws IOException {
        Files.deleteIfExists(SHARED_MEMORY.resolve("sem.faketime_sem_" + process));
        Files.deleteIfExists(SHARED_MEMORY.resolve("faketime_shm_" + process));
    }
}
