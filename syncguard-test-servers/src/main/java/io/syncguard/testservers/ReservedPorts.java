package io.syncguard.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that a test starts as processes, may kill and start again. A port stays this JVM's until it ends, also while the server is
 * down: other JVMs respect a lock in a file, and they are below those that operating systems give to whoever asks for any. Thread-safe.
 */
final class ReservedPorts {
    private static final int FIRST = 10_000;
    private static final int END = 32_000;
    private static final int ATTEMPTS = 10_000;

    /** Kept until the JVM ends: the JVM forgets a lock that nobody refers to. */
    private static final List<FileLock> HELD = new ArrayList<>();

    private static final FileChannel LOCKS = open();

    private ReservedPorts() {}

    /**
     * Returns a port that nobody listens on.
     *
     * @throws IllegalStateException if none is found
     */
    static int next() {
        return nextWithAnother(0);
    }

    /**
     * Returns a port so that nobody listens on it, nor on the port that is {@code offset} above it; both are reserved.
     *
     * @throws IllegalStateException if none is found
     */
    static synchronized int nextWithAnother(int offset) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END - offset);
            if (reserve(port) && (offset == 0 || reserve(port + offset))) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + END);
    }

    /** Returns whether this JVM had not reserved it and may use it. */
    static boolean reserve(int port) {
        try {
            FileLock lock = LOCKS.tryLock(port, 1, false);
            return lock != null && HELD.add(lock) && isFree(port);
        } catch (OverlappingFileLockException ofThisJvm) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() == port;
        } catch (IOException taken) {
            return false;
        }
    }

    private static FileChannel open() {
        Path file = Path.of(
                System.getProperty("java.io.tmpdir"), "syncguard-test-ports-" + System.getProperty("user.name"));
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
