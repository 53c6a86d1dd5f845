package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncguard.testsupport.Pause;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The program, run from its jar as a process of its own. */
final class CliProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Process process;

    /** How it ended, and what it wrote. */
    record Result(int code, String out, String err) {
        JsonNode json() {
            try {
                return JSON.readTree(out);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + out, e);
            }
        }

        /** Checks how it ended, and shows what it wrote if it ended otherwise. */
        Result endedWith(int expected) {
            assertThat(code).as("exit code; it wrote%n%s%s", out, err).isEqualTo(expected);
            return this;
        }
    }

    private CliProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts it, with nothing of the environment that says where locks are but what is given. */
    static CliProcess start(Map<String, String> environment, String input, String... arguments) {
        return start(environment, input, null, arguments);
    }

    /** Runs it to its end, and returns how it ended with its output going to a file that takes nothing. */
    static int codeWithout(File output, Map<String, String> environment, String... arguments) {
        try (CliProcess started = start(environment, "", output, arguments)) {
            return started.result().code();
        }
    }

    /** Runs it to its end by a shell, which can pass what this JVM's locale may not have; {@code "$@"} starts the program. */
    static Result runByShell(Map<String, String> environment, String script) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(program());
        try (CliProcess started = start(environment, "", null, command)) {
            return started.result();
        }
    }

    private static CliProcess start(
            Map<String, String> environment, String input, @Nullable File output, String... arguments) {
        List<String> command = new ArrayList<>(program());
        command.addAll(List.of(arguments));
        return start(environment, input, output, command);
    }

    private static List<String> program() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                System.getProperty("syncguard.cli.jar"));
    }

    private static CliProcess start(
            Map<String, String> environment, String input, @Nullable File output, List<String> command) {
        try {
            Path folder = Files.createTempDirectory("syncguard-cli");
            File written = Files.createFile(folder.resolve("out")).toFile();
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(
                            Files.writeString(folder.resolve("in"), input).toFile())
                    .redirectOutput(output == null ? written : output)
                    .redirectError(folder.resolve("err").toFile());
            builder.environment()
                    .keySet()
                    .removeAll(List.of("SYNCGUARD_URI", "FIRESTORE_EMULATOR_HOST", "JAVA_TOOL_OPTIONS"));
            builder.environment().putAll(environment);
            return new CliProcess(folder, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end. */
    static Result run(Map<String, String> environment, String... arguments) {
        try (CliProcess started = start(environment, "", arguments)) {
            return started.result();
        }
    }

    /** Waits until what it has written so far is as expected. */
    void await(String what, Predicate<String> expected) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!expected.test(read("out"))) {
            assertThat(process.isAlive() && System.nanoTime() - end < 0)
                    .as("%s; it wrote%n%s%s", what, read("out"), read("err"))
                    .isTrue();
            Pause.millis(20);
        }
    }

    /** Sends what Ctrl-C sends. */
    void interrupt() {
        try {
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for its end. */
    Result result() {
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return new Result(process.exitValue(), read("out"), read("err"));
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        for (String each : List.of("in", "out", "err", "")) {
            folder.resolve(each).toFile().delete();
        }
    }
}
