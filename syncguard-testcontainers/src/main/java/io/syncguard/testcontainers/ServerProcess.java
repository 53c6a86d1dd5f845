package io.syncguard.testcontainers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Starts a server as a process of this machine, which ends with this JVM. Stateless. */
final class ServerProcess {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final int CONNECT_MILLIS = 1_000;

    private ServerProcess() {}

    /** Returns a port on the loopback address that nobody uses now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it and waits until it accepts connections.
     *
     * @param title what it is, for messages
     * @param port where it listens on the loopback address
     * @throws IllegalStateException if it ends, or does not accept any in time; with its log in the message
     */
    static void start(String title, List<String> command, int port) {
        try {
            Path folder = Files.createTempDirectory("syncguard-server");
            Path log = folder.resolve("log");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "syncguard-server-exit"));
            awaitStart(title, process, port, log);
        } catch (IOException e) {
            throw new IllegalStateException(title + " cannot be started: " + e.getMessage(), e);
        }
    }

    private static void awaitStart(String title, Process process, int port, Path log) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!accepts(port)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                throw new IllegalStateException(title + " did not start; its log:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
