package io.syncguard.testcontainers;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks whether a Docker daemon answers, within a limit for all endpoints together. Testcontainers itself takes ten seconds
 * or more before it says no (ADR 29). Immutable.
 */
final class DockerProbe {
    /** Leaves room below two seconds for a thread that starts late. */
    static final Duration LIMIT = Duration.ofMillis(1_500);

    private static final byte[] REQUEST =
            "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_LENGTH = "HTTP/1.1 200".length();
    private static final int PLAIN_PORT = 2375;
    private static final int ENCRYPTED_PORT = 2376;

    private final List<String> endpoints;
    private final boolean encrypted;

    /**
     * @param endpoints as {@link DockerEndpoints} returns them
     * @param encrypted whether daemons at TCP endpoints expect TLS
     */
    DockerProbe(List<String> endpoints, boolean encrypted) {
        this.endpoints = List.copyOf(endpoints);
        this.encrypted = encrypted;
    }

    static DockerProbe ofThisMachine() {
        String verify = System.getenv("DOCKER_TLS_VERIFY");
        return new DockerProbe(DockerEndpoints.ofThisMachine(), verify != null && !verify.isBlank());
    }

    /** Returns why no daemon can be used; empty if one answers. Blocks for {@link #LIMIT} at most, and asks anew each time. */
    Optional<String> obstacle() {
        if (endpoints.isEmpty()) {
            return Optional.of(DockerEndpoints.VARIABLE + " is not set, and no daemon has a socket here");
        }
        FutureTask<Optional<String>> asking = new FutureTask<>(this::askAll);
        Thread thread = new Thread(asking, "syncguard-docker-probe");
        // Looking up a host's name cannot be interrupted.
        thread.setDaemon(true);
        thread.start();
        try {
            return asking.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Optional.of(String.join(", ", endpoints) + " did not answer within " + LIMIT.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            // Closes its channel.
            asking.cancel(true);
        }
    }

    private Optional<String> askAll() {
        List<String> refusals = new ArrayList<>();
        for (String endpoint : endpoints) {
            try {
                ask(URI.create(endpoint));
                return Optional.empty();
            } catch (IOException | RuntimeException e) {
                refusals.add(endpoint + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            }
        }
        return Optional.of(String.join(", ", refusals));
    }

    private void ask(URI endpoint) throws IOException {
        String scheme = String.valueOf(endpoint.getScheme());
        switch (scheme) {
            case "unix" -> ask(StandardProtocolFamily.UNIX, UnixDomainSocketAddress.of(endpoint.getPath()), false);
            case "tcp", "http", "https" -> {
                boolean tls = encrypted || scheme.equals("https");
                int port = endpoint.getPort() < 0 ? (tls ? ENCRYPTED_PORT : PLAIN_PORT) : endpoint.getPort();
                if (endpoint.getHost() == null) {
                    throw new IOException("names no host");
                }
                InetSocketAddress address = new InetSocketAddress(endpoint.getHost(), port);
                if (address.isUnresolved()) {
                    throw new IOException("unknown host");
                }
                ask(
                        address.getAddress() instanceof Inet6Address
                                ? StandardProtocolFamily.INET6
                                : StandardProtocolFamily.INET,
                        address,
                        tls);
            }
            // A named pipe is gone when its daemon is.
            case "npipe" -> {
                if (!Files.exists(Path.of(endpoint.getPath()))) {
                    throw new IOException("no such pipe");
                }
            }
            default -> throw new IOException("Testcontainers does not know this kind of address");
        }
    }

    private static void ask(StandardProtocolFamily family, SocketAddress address, boolean tls) throws IOException {
        try (SocketChannel channel = SocketChannel.open(family)) {
            channel.connect(address);
            ByteBuffer request = ByteBuffer.wrap(REQUEST);
            while (request.hasRemaining()) {
                channel.write(request);
            }
            ByteBuffer reply = ByteBuffer.allocate(STATUS_LENGTH);
            while (reply.hasRemaining() && channel.read(reply) >= 0) {}
            String status = new String(reply.array(), 0, reply.position(), StandardCharsets.US_ASCII);
            // A daemon with TLS turns the plain request down, and so shows that it is there.
            if (tls ? status.isEmpty() : !status.matches("HTTP/1\\.\\d 200")) {
                throw new IOException("does not answer as a Docker daemon does");
            }
        }
    }
}
