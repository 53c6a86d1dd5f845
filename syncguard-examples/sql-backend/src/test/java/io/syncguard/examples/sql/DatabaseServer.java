package io.syncguard.examples.sql;

import io.syncguard.conformance.RestartableServer;
import io.syncguard.spi.LockBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.h2.tools.Server;

/** An H2 in a process of its own, which can be killed. Its database is in a file, and lacks the last commits after that. */
final class DatabaseServer implements RestartableServer {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final int port = freePort();
    private final String url;
    private Process process;

    /** Starts one with a new database. */
    DatabaseServer(Path folder) {
        this.url = url(port, folder);
        this.process = launch();
        TestDatabase.createTables(url);
    }

    /** Returns the URL of a database in a folder, for the clients of a server. */
    static String url(int port, Path folder) {
        return "jdbc:h2:tcp://127.0.0.1:" + port + "/" + folder.toAbsolutePath().resolve("locks");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        try {
            Process started = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Server.class.getName(),
                            "-tcp",
                            "-tcpPort",
                            Integer.toString(port),
                            "-ifNotExists")
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start();
            awaitAnswer(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer(Process started) {
        long begun = System.nanoTime();
        while (true) {
            try {
                DriverManager.getConnection(url).close();
                return;
            } catch (SQLException e) {
                if (!started.isAlive() || System.nanoTime() - begun > START_NANOS) {
                    started.destroyForcibly();
                    throw new IllegalStateException("H2 does not answer", e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    @Override
    public LockBackend createBackend(Duration operationTimeout) {
        return SqlLockBackend.over(
                () -> DriverManager.getConnection(url), TestDatabase.PATIENT.withOperationTimeout(operationTimeout));
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a process was killed", e);
        }
    }

    @Override
    public void start() {
        process = launch();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
