package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.syncguard.testservers.RedisTestServer;
import io.syncguard.testservers.SilentAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are named, and what names lead to. The JVM's own file of hosts says so, which is read by a JVM that begins. */
@Timeout(300)
@Tag("side-by-side")
class HostNamesTest {
    /** Jedis tries addresses in random order, so that one run would meet the dead one first in every second case. */
    private static final int CALLS = 8;

    @TempDir
    private Path folder;

    private Path hosts(String... lines) throws IOException {
        return Files.write(folder.resolve("hosts"), List.of(lines));
    }

    private static List<String> answers(Path hosts, String uri, int calls) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        NamedServerClient.class.getName(),
                        uri,
                        Integer.toString(calls))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.waitFor(200, TimeUnit.SECONDS))
                    .as("the calls end")
                    .isTrue();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @DisplayName(
            "OPT-2, RDS-20 a host one of whose addresses is silent is reached by the other, within the time of a call")
    void silentAddress() throws Exception {
        try (RedisTestServer server = RedisTestServer.start();
                SilentAddress silent = SilentAddress.open("127.0.0.2", server.port())) {
            assumeTrue(silent.isSilent(), "this system refuses connections that nobody accepts");
            Path hosts = hosts("127.0.0.2 many.test", "127.0.0.1 many.test");

            assertThat(answers(
                            hosts, "redis+jedis://many.test:" + server.port() + "?operationTimeoutMillis=8000", CALLS))
                    .hasSize(CALLS)
                    .containsOnly("granted");
        }
    }

    @Test
    @DisplayName("OPT-2, RDS-20 the same goes for a sentinel's name")
    void silentAddressOfSentinel() throws Exception {
        try (RedisTestServer master = RedisTestServer.start();
                RedisTestServer sentinel =
                        RedisTestServer.startSentinel("sentinel monitor mymaster 127.0.0.1 " + master.port() + " 1");
                SilentAddress silent = SilentAddress.open("127.0.0.2", sentinel.port())) {
            assumeTrue(silent.isSilent(), "this system refuses connections that nobody accepts");
            Path hosts = hosts("127.0.0.2 many.test", "127.0.0.1 many.test");

            assertThat(answers(
                            hosts,
                            "redis-sentinel+jedis://many.test:" + sentinel.port() + "?operationTimeoutMillis=8000",
                            CALLS))
                    .hasSize(CALLS)
                    .containsOnly("granted");
        }
    }

    @Test
    @DisplayName("OPT-2, RDS-20 a lookup that hangs ends no later than its call, for a server and for a sentinel")
    void hungLookup() throws Exception {
        Path hanging = folder.resolve("hanging");
        assumeTrue(isMadeFifo(hanging), "there is no mkfifo here");
        for (String scheme : List.of("redis", "redis-sentinel")) {
            // Who opens the file waits for somebody to write to it.
            List<String> answers = answers(hanging, scheme + "+jedis://many.test:6379?operationTimeoutMillis=1000", 2);

            assertThat(answers).hasSize(2).allSatisfy(answer -> {
                assertThat(answer).matches("(NETWORK_TIMEOUT|SERVICE_UNAVAILABLE) \\d+");
                assertThat(Long.parseLong(answer.replaceFirst(".* ", ""))).isLessThan(30_000);
            });
        }
    }

    private static boolean isMadeFifo(Path file) throws InterruptedException {
        try {
            return new ProcessBuilder("mkfifo", file.toString()).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
