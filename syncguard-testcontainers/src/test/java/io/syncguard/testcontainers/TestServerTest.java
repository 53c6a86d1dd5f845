package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestServerTest {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("a program that is started answers, and keeps nothing on disk")
    void process() throws IOException {
        String address = new RedisKind().startProgram(RedisExecutable.path());

        assertThat(address).startsWith("redis://127.0.0.1:");
        assertThat(ask(address, "PING", "+PONG")).isEqualTo("+PONG");
        String disk = "*2\r\n$4\r\nsave\r\n$0\r\n\r\n";
        assertThat(ask(address, "CONFIG GET save", disk)).isEqualTo(disk);
    }

    @Test
    @DisplayName("a program that ends is a failure with its log")
    void endingProcess() throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\necho no memory\nexit 1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();

        assertThatThrownBy(() -> new RedisKind().startProgram(program))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("redis-server did not start", "no memory");
    }

    @Test
    @DisplayName("a file that is no program is a failure")
    void noProgram() throws IOException {
        Path program = Files.createFile(folder.resolve("empty.jar"));

        assertThatThrownBy(() -> new RedisKind().startProgram(program))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("redis-server cannot be started");
        assertThatThrownBy(() -> new FirestoreKind().startProgram(program))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the Firestore emulator did not start");
    }

    @Test
    @DisplayName("the emulator is run in English, on loopback, on the port")
    void emulatorCommand() {
        List<String> command = FirestoreKind.command(Path.of("emulator.jar"), 4711, List.of());

        assertThat(command).contains("-Duser.language=en", "emulator.jar", "--host=127.0.0.1", "--port=4711");
        assertThat(Path.of(command.get(0))).isExecutable();
    }

    @Test
    @DisplayName("the emulator's JVM has the compiler and the collector of the tests', and nothing else of it")
    void emulatorJvm() {
        List<String> ofTests = List.of(
                "-javaagent:agent.jar",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=240m",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-Dname=value");

        List<String> command = FirestoreKind.command(Path.of("emulator.jar"), 4711, ofTests);

        assertThat(command)
                .containsSubsequence(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ReservedCodeCacheSize=240m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        "emulator.jar");
        assertThat(command).doesNotContain("-javaagent:agent.jar", "-Xmx1g", "-Dname=value");
    }

    private static String ask(String address, String command, String expected) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(address.replaceFirst(".*:", "")))) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(expected.length()), StandardCharsets.US_ASCII);
        }
    }
}
