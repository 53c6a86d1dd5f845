package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testservers.RedisTestServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** The README's first command, from beginning to end, and what it says to input that makes no sense. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class QuickStartTest {
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private int run(String... args) {
        return QuickStart.run(args, new PrintStream(screen, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return screen.toString(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("all claims hold on a server the quick start brings itself")
    void everyClaimHolds() {
        Set<ProcessHandle> before = children();

        int exit = run();

        assertThat(output()).contains("All 6 claims held.").doesNotContain("FAILED");
        assertThat(exit).isZero();
        assertThat(children()).as("processes left behind").isEqualTo(before);
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName("a server that is given is used under a prefix of the run's own, and no password is shown")
    void givenServer() {
        try (RedisTestServer server = RedisTestServer.start("--requirepass", "s3cret");
                RedisClient raw = RedisClient.create("redis://:s3cret@127.0.0.1:" + server.port())) {
            raw.set("mine", "untouched");

            int exit = run("--url=redis://:s3cret@127.0.0.1:" + server.port() + "?operationTimeoutMillis=20000");

            assertThat(exit).isZero();
            assertThat(output()).contains("All 6 claims held.").doesNotContain("s3cret");
            assertThat(raw.get("mine")).isEqualTo("untouched");
            assertThat(raw.keys("*")).allMatch(key -> key.equals("mine") || key.startsWith("quickstart-"));
        }
    }

    @Test
    @DisplayName("memory: is refused with the reason")
    void memoryIsRefused() {
        assertThat(run("--url=memory:")).isEqualTo(2);
        assertThat(output()).contains("inside one JVM").contains("redis://");
    }

    @Test
    @DisplayName("a server that cannot be reached is said so, without a stack trace or the password")
    void unreachable() {
        assertThat(run("--url=redis://:s3cret@127.0.0.1:1")).isEqualTo(2);
        assertThat(output())
                .contains("cannot be reached")
                .doesNotContain("s3cret")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--urk=x", "redis://localhost", "--url=", "--url=redis://h?nonsense=1", "--url=http://h", ""})
    @DisplayName("an argument that makes no sense is refused before anything is started")
    void nonsense(String argument) {
        assertThat(run(argument)).isEqualTo(2);
        assertThat(output()).startsWith("The quick start could not be run: ").doesNotContain("\tat ");
    }

    @Test
    @DisplayName("--help shows the usage")
    void help() {
        assertThat(run("--help")).isZero();
        assertThat(output()).contains("Usage:").contains("--url=redis://");
    }
}
