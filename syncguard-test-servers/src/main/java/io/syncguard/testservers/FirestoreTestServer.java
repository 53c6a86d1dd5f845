package io.syncguard.testservers;

import io.syncguard.testcontainers.FirestoreExecutable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A Firestore emulator in a process of its own, on a free port, which keeps nothing on disk. It can be killed and started again. Docker
 * serves {@link FirestoreEmulator} alone. Not thread-safe.
 */
public final class FirestoreTestServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final int CONNECT_MILLIS = 1_000;

    private final int port;
    private final List<String> command;
    private final Path log;
    private final Thread exitHook;
    private Process process;

    private FirestoreTestServer(int port, List<String> command) {
        this.port = port;
        this.command = command;
        try {
            this.log = Files.createTempFile("syncguard-firestore-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process = launch();
        this.exitHook = new Thread(this::kill, "firestore-test-server-exit");
        Runtime.getRuntime().addShutdownHook(exitHook);
    }

    /**
     * Starts an emulator; empty if this machine has no program of it.
     *
     * @throws IllegalStateException if it does not accept connections in time; with its log in the message
     */
    public static Optional<FirestoreTestServer> start() {
        int port = ReservedPorts.next();
        return FirestoreExecutable.command(port).map(command -> new FirestoreTestServer(port, command));
    }

    /** Returns {@code host:port}; the same after a restart. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Kills the process as {@code kill -9} does and returns once it is gone. */
    public void kill() {
        process.destroyForcibly();
        boolean interrupted = Thread.interrupted();
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts the process again on the same port, without the data that it had. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("the emulator is running; kill it first");
        }
        process = launch();
    }

    /** Ends the emulator. */
    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(exitHook);
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
            while (!accepts()) {
                if (!started.isAlive() || System.nanoTime() - deadline > 0) {
                    started.destroyForcibly();
                    throw new IllegalStateException("the emulator did not start; its log:\n" + Files.readString(log));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("the emulator could not be started", e);
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
