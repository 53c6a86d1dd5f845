package io.syncguard.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testservers.SharedRedis;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor;

/** An application that was processed ahead of time, as for a native image, and runs on a JVM. */
class AheadOfTimeTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("it takes a lock at an address that it is told only when it starts")
    void processed() throws IOException, InterruptedException {
        Path sources = folder.resolve("sources");
        Path resources = folder.resolve("resources");
        Path classes = folder.resolve("classes");
        String[] arguments = {
            "--spring.main.banner-mode=off",
            "--management.endpoints.web.exposure.include=locks",
            "--management.endpoints.jmx.exposure.include=locks"
        };

        new SpringApplicationAotProcessor(
                        AheadOfTimeApplication.class,
                        AbstractAotProcessor.Settings.builder()
                                .sourceOutput(sources)
                                .resourceOutput(resources)
                                .classOutput(classes)
                                .groupId("io.syncguard")
                                .artifactId("test")
                                .build(),
                        arguments)
                .process();
        compile(sources, classes);

        assertThat(metadata(resources)).contains(SyncGuardProperties.class.getName());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dspring.aot.enabled=true",
                "-cp",
                String.join(
                        File.pathSeparator,
                        classes.toString(),
                        resources.toString(),
                        System.getProperty("java.class.path")),
                AheadOfTimeApplication.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "--syncguard.uri=" + SharedRedis.uri(),
                "--syncguard.backend=jedis",
                "--syncguard.redis.key-prefix=ahead-of-time",
                "--syncguard.operation-timeout=20s",
                "--syncguard.holder=this test"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();

        assertThat(process.waitFor()).as(() -> log()).isZero();
        assertThat(log()).contains("ahead of time: true, backend: redis-jedis, holder: this test, held: true");
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String metadata(Path resources) throws IOException {
        try (Stream<Path> files = Files.walk(resources)) {
            StringBuilder all = new StringBuilder();
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith(".json"))::iterator) {
                all.append(Files.readString(file, StandardCharsets.UTF_8));
            }
            return all.toString();
        }
    }

    private static void compile(Path sources, Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::toString)
                    .forEach(arguments::add);
        }
        Files.createDirectories(classes);
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .as("the compiler's answer")
                .isZero();
    }
}
