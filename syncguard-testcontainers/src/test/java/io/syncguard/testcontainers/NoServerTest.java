package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a project sees that has no server: no Docker, no program, and no built-in Redis on its class path. */
class NoServerTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String NOWHERE = "tcp://192.0.2.1:2375";

    @TempDir
    private Path home;

    @Test
    @DisplayName("tests with a guard are skipped, and the reason says what to do")
    void skipped() throws Exception {
        assertThat(run(NeedyTests.Guarded.class, Map.of("DOCKER_HOST", NOWHERE)))
                .filteredOn(line -> line.startsWith("skipped: "))
                .singleElement()
                .asString()
                .contains(
                        "no Redis: start Docker", "SYNCGUARD_TEST_REDIS_SERVER", "org.signal:embedded-redis", NOWHERE);
    }

    @Test
    @DisplayName("tests of a backend are skipped, each with the reason")
    void backendSkipped() throws Exception {
        List<String> lines = run(NeedyTests.Backend.class, Map.of("DOCKER_HOST", NOWHERE));

        assertThat(lines)
                .filteredOn(line -> line.contains("no quay.io/coreos/etcd:v3.6.1: start Docker"))
                .hasSizeGreaterThan(100)
                .allMatch(line -> line.startsWith("ABORTED: "));
        assertThat(lines).noneMatch(line -> line.startsWith("FAILED: "));
    }

    @Test
    @DisplayName("with SYNCGUARD_REQUIRE_DOCKER tests fail, and the message says what to do")
    void required() throws Exception {
        Map<String, String> environment = Map.of("DOCKER_HOST", NOWHERE, "SYNCGUARD_REQUIRE_DOCKER", "1");

        assertThat(run(NeedyTests.Guarded.class, environment))
                .filteredOn(line -> line.startsWith("FAILED: "))
                .singleElement()
                .asString()
                .contains("SYNCGUARD_REQUIRE_DOCKER is set", NOWHERE, "Start Docker");
        assertThat(run(NeedyTests.Backend.class, environment))
                .filteredOn(line -> line.matches("FAILED: [A-Z]+-\\d+.*: SYNCGUARD_REQUIRE_DOCKER is set.*"))
                .hasSizeGreaterThan(100);
    }

    @Test
    @DisplayName("a daemon that accepts connections and never answers costs a JVM less than two seconds")
    void time() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertTimely("tcp://127.0.0.1:" + silent.getLocalPort());
        }
    }

    private void assertTimely(String endpoint) throws Exception {
        // A stall of the other process may take from the promise, so one of five has to keep it.
        List<Long> millis = new ArrayList<>();
        do {
            String looked = run(NeedyTests.Guarded.class, Map.of("DOCKER_HOST", endpoint)).stream()
                    .filter(line -> line.startsWith("looked: true "))
                    .findFirst()
                    .orElseThrow();
            millis.add(Long.parseLong(looked.replaceFirst(".* ", "")));
        } while (millis.get(millis.size() - 1) >= 2_000 && millis.size() < 5);

        assertThat(millis).as("milliseconds").anyMatch(each -> each < 2_000);
    }

    /** Returns the lines that such a project prints. */
    private List<String> run(Class<?> tests, Map<String, String> environment) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("embedded-redis"))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Duser.home=" + home,
                "-cp",
                classPath,
                NeedyTests.class.getName(),
                tests.getName());
        builder.environment().keySet().removeIf(name -> name.startsWith("SYNCGUARD_"));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        // It ends the read below, too, which an interrupt would not.
        CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS).execute(process::destroyForcibly);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).endsWith("ran\n");
        return output.lines().toList();
    }
}
