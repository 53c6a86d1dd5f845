package io.syncguard.testcontainers;

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
import org.junit.jupiter.params.provider.ValueSource;

/** Which server tests start, and that nothing else is started in its place. */
class RedisExecutableTest {
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
        Path builtIn = RedisExecutable.path(null);

        assertThat(RedisExecutable.path(" ")).isEqualTo(builtIn).isExecutable();
        assertThat(RedisExecutable.path(builtIn.toString())).isEqualTo(builtIn);
        assertThat(RedisExecutable.version()).contains(" server v=");
    }

    @Test
    @DisplayName("a name of nothing is one error, which names the variable and the file")
    void nothingThere() {
        String name = folder.resolve("missing").toString();

        assertThatThrownBy(() -> RedisExecutable.path(name))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("SYNCGUARD_TEST_REDIS_SERVER", name, "cannot be executed");
        assertThatThrownBy(() -> RedisExecutable.path(folder.toString())).hasMessageContaining("cannot be executed");
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
        String said = script.contains("'") ? script.split("'", -1)[1] : "and said";

        assertThatThrownBy(() -> RedisExecutable.path(name))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("SYNCGUARD_TEST_REDIS_SERVER", name, "is no redis-server", said);
    }

    @Test
    @DisplayName("a file that this machine cannot run is an error")
    void unusable() throws IOException {
        Path program = Files.writeString(folder.resolve("server"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> RedisExecutable.path(program.toString()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not start");
    }
}
