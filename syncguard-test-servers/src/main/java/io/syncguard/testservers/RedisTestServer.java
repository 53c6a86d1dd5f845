package io.syncguard.testservers;

import io.syncguard.testcontainers.RedisExecutable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis server in a process of its own, on a free port, with its files in a temporary folder. It can be
 * killed, suspended and started again with the data it had. Needs no Redis on the machine. Not thread-safe.
 *
 * <p>It is a process even where Docker runs, because these tests send it real signals: of the program that
 * {@code SYNCGUARD_TEST_REDIS_SERVER} names, else of the built-in one. Docker serves {@link SharedRedis} alone.
 */
public final class RedisTestServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int START_ATTEMPTS = 3;
    private static final String CLUSTER_ENABLED = "--cluster-enabled";
    private static final int CLUSTER_PORT_OFFSET = 10_000;

    private final ServerPlace place;
    private final List<String> settings;
    private final Path folder;

    /** A sentinel's, which it writes to; null for any other server. */
    private final @Nullable Path configuration;

    private final Thread exitHook;
    private int port;
    private int tlsPort;
    private Process process;

    private RedisTestServer(ServerPlace place, List<String> settings) {
        this(place, settings, null);
    }

    private RedisTestServer(ServerPlace place, List<String> settings, @Nullable String sentinel) {
        this.place = place;
        this.settings = settings;
        try {
            this.folder = Files.createTempDirectory("syncguard-redis");
            this.configuration = sentinel == null ? null : Files.writeString(folder.resolve("sentinel.conf"), sentinel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process = launchOnFreePort();
        this.exitHook = new Thread(this::destroy, "redis-test-server-exit");
        Runtime.getRuntime().addShutdownHook(exitHook);
    }

    /**
     * Starts a server that keeps nothing on disk.
     *
     * @param settings further settings as on the command line of {@code redis-server}, such as {@code --requirepass x}
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer start(String... settings) {
        return start(ServerPlace.LOOPBACK, settings);
    }

    /**
     * Starts a server that keeps nothing on disk, somewhere else.
     *
     * @param settings as those of {@link #start(String...)}
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer start(ServerPlace place, String... settings) {
        return new RedisTestServer(place, command("--appendonly", "no", settings));
    }

    /**
     * Starts a server that writes each change to its append-only file before it answers, so that a killed one comes
     * back with everything it acknowledged.
     *
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer startDurable(String... settings) {
        return new RedisTestServer(
                ServerPlace.LOOPBACK, command("--appendonly", "yes", append(settings, "--appendfsync", "always")));
    }

    /**
     * Starts a sentinel.
     *
     * @param configuration its configuration, line by line
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer startSentinel(String... configuration) {
        return startSentinel(ServerPlace.LOOPBACK, configuration);
    }

    /**
     * Starts a sentinel somewhere else.
     *
     * @param configuration its configuration, line by line
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer startSentinel(ServerPlace place, String... configuration) {
        return new RedisTestServer(place, List.of("--sentinel"), String.join("\n", configuration) + "\n");
    }

    /**
     * Starts a server that keeps nothing on disk, and has a port with encryption beside the other one. Servers of that kind follow each
     * other by the encrypted ports.
     *
     * @throws IllegalStateException if it does not answer in time, or was built without TLS; with its log in the message
     */
    public static RedisTestServer startEncrypted(TestCertificates certificates, String... settings) {
        int tlsPort = ReservedPorts.next();
        List<String> all = new ArrayList<>(List.of(settings));
        encryption(certificates, tlsPort).forEach((name, value) -> all.addAll(List.of("--" + name, value)));
        return start(all.toArray(String[]::new)).withTlsPort(tlsPort);
    }

    /**
     * Starts a sentinel that has a port with encryption beside the other one, and watches masters by their encrypted ports.
     *
     * @param configuration as for {@link #startSentinel}
     * @throws IllegalStateException if it does not answer in time, or was built without TLS; with its log in the message
     */
    public static RedisTestServer startEncryptedSentinel(TestCertificates certificates, String... configuration) {
        int tlsPort = ReservedPorts.next();
        List<String> all = new ArrayList<>(List.of(configuration));
        encryption(certificates, tlsPort).forEach((name, value) -> all.add(name + " " + value));
        return startSentinel(all.toArray(String[]::new)).withTlsPort(tlsPort);
    }

    private static Map<String, String> encryption(TestCertificates certificates, int port) {
        return Map.of(
                "tls-port", Integer.toString(port),
                "tls-cert-file", certificates.certificate().toString(),
                "tls-key-file", certificates.key().toString(),
                "tls-ca-cert-file", certificates.certificate().toString(),
                "tls-auth-clients", "no",
                "tls-replication", "yes");
    }

    private RedisTestServer withTlsPort(int number) {
        tlsPort = number;
        return this;
    }

    /**
     * Starts a node for a cluster, which knows no other yet and owns no slot. It takes one that does not answer for a second for
     * dead, unless told otherwise, and comes back as part of the cluster after a restart.
     *
     * @param settings further settings, which prevail
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer startClusterNode(String... settings) {
        return startClusterNode(ServerPlace.LOOPBACK, settings);
    }

    /**
     * Starts a node for a cluster somewhere else, as {@link #startClusterNode(String...)} does.
     *
     * @param settings further settings, which prevail
     * @throws IllegalStateException if it does not answer in time; with its log in the message
     */
    public static RedisTestServer startClusterNode(ServerPlace place, String... settings) {
        List<String> all = new ArrayList<>(
                List.of(CLUSTER_ENABLED, "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0"));
        all.addAll(List.of(settings));
        return start(place, all.toArray(String[]::new));
    }

    /**
     * Returns which server is started.
     *
     * @throws IllegalStateException if there is none that can be
     */
    public static ServerVersion version() {
        return ServerVersion.of(RedisExecutable.version()).orElseThrow();
    }

    private static String[] append(String[] settings, String... more) {
        return Stream.concat(Stream.of(settings), Stream.of(more)).toArray(String[]::new);
    }

    private static List<String> command(String name, String value, String... settings) {
        List<String> command = new ArrayList<>(List.of("--save", "", name, value));
        command.addAll(List.of(settings));
        return List.copyOf(command);
    }

    /** Returns the address on which it listens. */
    public String host() {
        return place.address();
    }

    /** Returns the port on its address; the same after a restart. */
    public int port() {
        return port;
    }

    /** Returns the port with encryption on its address; the same after a restart. */
    public int tlsPort() {
        if (tlsPort == 0) {
            throw new IllegalStateException("a server without encryption");
        }
        return tlsPort;
    }

    /** Returns the port with encryption if there is one, else the other. */
    public int clientPort() {
        return tlsPort == 0 ? port : tlsPort;
    }

    /** Returns {@code redis://host:port}. */
    public String uri() {
        return "redis://" + host() + ":" + port;
    }

    /** Kills the process as {@code kill -9} does and returns once it is gone. */
    public void kill() {
        destroy();
    }

    /** Starts the process again on the same port, with the data it left on disk. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("the server is running; kill it first");
        }
        process = launch();
    }

    /** Stops the process in its tracks as {@code kill -STOP} does: its sockets stay open, and nothing answers. */
    public void suspend() {
        signal("-STOP");
    }

    /** Lets a suspended process go on. */
    public void resume() {
        signal("-CONT");
    }

    /** Ends the server and deletes its files. */
    @Override
    public void close() {
        destroy();
        Runtime.getRuntime().removeShutdownHook(exitHook);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launchOnFreePort() {
        for (int attempt = 1; ; attempt++) {
            // Before Redis 7 the nodes of a cluster talk to each other at ports that are ten thousand above the others.
            port = settings.contains(CLUSTER_ENABLED)
                    ? ReservedPorts.nextWithAnother(CLUSTER_PORT_OFFSET)
                    : ReservedPorts.next();
            try {
                return launch();
            } catch (IllegalStateException e) {
                // Somebody else may have taken the port in between.
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Process launch() {
        List<String> command = new ArrayList<>();
        command.add(RedisExecutable.path().toString());
        if (configuration != null) {
            command.add(configuration.toString());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--dir", folder.toString()));
        command.addAll(place.settings());
        command.addAll(settings);
        Path log = folder.resolve("redis.log");
        try {
            Process started = new ProcessBuilder(place.command(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            awaitReady(started, log);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("redis-server could not be started", e);
        }
    }

    private void awaitReady(Process started, Path log) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() - deadline > 0) {
                started.destroyForcibly();
                throw new IllegalStateException(
                        "redis-server did not become ready; its log:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Any reply but "loading" will do: a server with a password answers that it wants one. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host(), port), 1_000);
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] reply = socket.getInputStream().readNBytes(5);
            String text = new String(reply, StandardCharsets.US_ASCII);
            return text.length() == 5 && !text.startsWith("-LOAD");
        } catch (IOException e) {
            return false;
        }
    }

    private void destroy() {
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

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill " + signal + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
