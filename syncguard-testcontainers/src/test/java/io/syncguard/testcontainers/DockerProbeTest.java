package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DockerProbeTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\n\r\nOK";
    private static final Duration PROMISED = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("no endpoint, no Docker, and nothing is asked")
    void noEndpoint() {
        assertThat(obstacle(List.of()))
                .hasValueSatisfying(reason -> assertThat(reason).contains("DOCKER_HOST"));
    }

    @Test
    @DisplayName("a daemon that answers on TCP is there, and was asked for a ping")
    void tcp() throws Exception {
        try (Daemon daemon = new Daemon(OK)) {
            assertThat(obstacle(List.of(daemon.endpoint()))).isEmpty();
            assertThat(daemon.request.get()).startsWith("GET /_ping HTTP/1.0\r\n");
        }
    }

    @Test
    @DisplayName("a daemon that answers on a Unix socket is there")
    void unix() throws Exception {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
                try (SocketChannel client = server.accept()) {
                    client.read(ByteBuffer.allocate(1_000));
                    client.write(ByteBuffer.wrap(OK.getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });

            assertThat(obstacle(List.of("unix://" + socket))).isEmpty();
            answered.join();
        }
    }

    @Test
    @DisplayName("the socket of a daemon that ended is no daemon, and the next one is asked")
    void deadSocket() throws Exception {
        Path socket = folder.resolve("docker.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
        }
        String dead = "unix://" + socket;

        assertThat(obstacle(List.of(dead)))
                .hasValueSatisfying(reason -> assertThat(reason).startsWith(dead + ": "));
        try (Daemon daemon = new Daemon(OK)) {
            assertThat(obstacle(List.of(dead, daemon.endpoint()))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 Service Unavailable\r\n\r\n", "-ERR unknown command 'GET'\r\n", ""})
    @DisplayName("what answers otherwise is no daemon")
    void somethingElse(String reply) throws Exception {
        try (Daemon server = new Daemon(reply)) {
            assertThat(obstacle(List.of(server.endpoint())))
                    .hasValueSatisfying(reason -> assertThat(reason).contains("does not answer as a Docker daemon"));
        }
    }

    @Test
    @DisplayName("a daemon with TLS turns a plain request down, and is there")
    void encrypted() throws Exception {
        String refusal = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
        for (boolean variable : List.of(true, false)) {
            try (Daemon daemon = new Daemon(refusal)) {
                String endpoint =
                        variable ? daemon.endpoint() : daemon.endpoint().replace("tcp:", "https:");
                assertThat(new DockerProbe(List.of(endpoint), variable).obstacle())
                        .isEmpty();
            }
            try (Daemon silent = new Daemon("")) {
                assertThat(new DockerProbe(List.of(silent.endpoint()), true).obstacle())
                        .isPresent();
            }
        }
    }

    @Test
    @DisplayName("an address that refuses costs no wait")
    void refused() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        String endpoint = "tcp://127.0.0.1:" + port;

        assertThat(timely(List.of(endpoint)))
                .hasValueSatisfying(reason ->
                        assertThat(reason).startsWith(endpoint + ": ").doesNotContain("did not answer within"));
    }

    @Test
    @DisplayName("an address that accepts and never answers costs less than two seconds, and is let go")
    void silent() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String endpoint = "tcp://127.0.0.1:" + listener.getLocalPort();

            assertThat(timely(List.of(endpoint)))
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains(endpoint).contains("did not answer within"));
            try (Socket accepted = listener.accept()) {
                accepted.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    @DisplayName("a host that swallows what it is sent costs less than two seconds")
    void blackHole() throws Exception {
        // A full queue: the kernel drops what comes next, as a firewall does.
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Queue queue = new Queue((InetSocketAddress) listener.getLocalSocketAddress())) {
            assertThat(queue.full).as("a full queue").isTrue();
            String endpoint = "tcp://127.0.0.1:" + listener.getLocalPort();

            assertThat(timely(List.of(endpoint, "tcp://192.0.2.1:2375")))
                    .hasValueSatisfying(
                            reason -> assertThat(reason).contains(endpoint).contains("did not answer within"));
        }
    }

    @Test
    @DisplayName("an address that is none has a reason")
    void nonsense() {
        for (String endpoint :
                List.of("ssh://somewhere", "tcp://", "tcp://host.invalid:2375", "no address", "docker")) {
            assertThat(timely(List.of(endpoint))).as(endpoint).isPresent();
        }
    }

    @Test
    @DisplayName("a named pipe is taken for a daemon while it exists")
    void pipe() throws Exception {
        Path pipe = Files.createFile(folder.resolve("docker_engine"));
        assertThat(obstacle(List.of("npipe://" + pipe))).isEmpty();

        Files.delete(pipe);
        assertThat(obstacle(List.of("npipe://" + pipe))).isPresent();
    }

    private static Optional<String> obstacle(List<String> endpoints) {
        return new DockerProbe(endpoints, false).obstacle();
    }

    /** A stall of this process may take from the promise, so one attempt of five has to keep it. */
    private static Optional<String> timely(List<String> endpoints) {
        Optional<String> obstacle = Optional.empty();
        List<Duration> taken = new ArrayList<>();
        for (int attempt = 0; attempt < 5; attempt++) {
            long begun = System.nanoTime();
            obstacle = obstacle(endpoints);
            taken.add(Duration.ofNanos(System.nanoTime() - begun));
            if (taken.get(attempt).compareTo(PROMISED) < 0) {
                return obstacle;
            }
        }
        assertThat(taken).as("times of attempts").isEmpty();
        return obstacle;
    }

    /** Answers one request, and closes. */
    private static final class Daemon implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CompletableFuture<String> request;

        Daemon(String reply) throws IOException {
            request = CompletableFuture.supplyAsync(() -> {
                try (Socket client = listener.accept()) {
                    byte[] bytes = new byte[1_000];
                    int length = client.getInputStream().read(bytes);
                    client.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
                    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        String endpoint() {
            return "tcp://127.0.0.1:" + listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    /** Connections that nobody accepts, so many that no other fits. */
    private static final class Queue implements AutoCloseable {
        private final List<Socket> waiting = new ArrayList<>();
        private boolean full;

        Queue(InetSocketAddress address) {
            while (!full && waiting.size() < 100) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(address, 500);
                } catch (IOException e) {
                    full = true;
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }
}
