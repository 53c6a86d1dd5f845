package io.syncguard.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server tests start, and that nothing else is started in its place. */
class RedisBinaryTest {
    @TempDir
    private Path folder;

    private String program(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("server"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program.toString();
    }

    @Test
    @DisplayName("without a name there is the built-in server, which says its version")
    void none() {
        assertThat(RedisBinary.named((String) null)).isEmpty();
        assertThat(RedisBinary.named(" ")).isEmpty();
        assertThat(RedisBinary.version().major()).isPositive();
        assertThat(RedisBinary.named(RedisBinary.path().toString())).isPresent();
    }

    @Test
    @DisplayName("a name of nothing is one error, which names the variable and the file")
    void nothingThere() {
        String name = folder.resolve("missing").toString();

        assertThatThrownBy(() -> RedisBinary.named(name))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("SYNCGUARD_TEST_REDIS_SERVER", name, "cannot be executed");
        assertThatThrownBy(() -> RedisBinary.named(folder.toString())).hasMessageContaining("cannot be executed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exit 0",
                "echo '--version: error while loading shared libraries: libssl.so.9'; exit 127",
                "echo 'another server v=7.2.0'"
            })
    @DisplayName("a name of something else is an error that repeats what it said")
    void somethingElse(String script) throws IOException {
        String name = program(script);
        String said = script.contains("'") ? script.split("'", -1)[1] : "It said";

        assertThatThrownBy(() -> RedisBinary.named(name))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("SYNCGUARD_TEST_REDIS_SERVER", name, "is no redis-server", said);
    }

    @Test
    @DisplayName("a file that this machine cannot run is an error")
    void unusable() throws IOException {
        Path program = Files.writeString(folder.resolve("server"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> RedisBinary.named(program.toString()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not start");
    }

    @ParameterizedTest
    @CsvSource({
        "Redis server v=6.2.16 sha=00000000:0 malloc=libc bits=64 build=1, Redis 6.2, true",
        "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1, Redis 7.0, false",
        "Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1, Valkey 8.1, false"
    })
    @DisplayName("what a server says of itself is read")
    void version(String answer, String name, boolean beforeRedis7) {
        assertThat(ServerVersion.of(answer + "\n")).hasValueSatisfying(version -> {
            assertThat(version).hasToString(name);
            assertThat(version.isBeforeRedis7()).isEqualTo(beforeRedis7);
        });
    }
}
