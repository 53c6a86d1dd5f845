package io.syncguard.examples.orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client of the application does. */
final class RunningApplication {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    RunningApplication(int port) {
        this.port = port;
    }

    /** Waits for a process that writes its port to a file, and for its health. */
    static RunningApplication await(ApplicationProcess process, Path portFile) {
        Await.until("a process has a port", () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("it ended instead");
            }
            return !read(portFile).isEmpty();
        });
        RunningApplication application = new RunningApplication(Integer.parseInt(read(portFile)));
        Await.until("it is up", () -> application
                .get("/actuator/health")
                .path("status")
                .asString()
                .equals("UP"));
        return application;
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode get(String path) {
        return JSON.readTree(http.sendAsync(request(path).build(), BodyHandlers.ofString())
                .join()
                .body());
    }

    CompletableFuture<HttpResponse<String>> post(String path) {
        return http.sendAsync(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LONGEST);
    }

    static JsonNode body(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
