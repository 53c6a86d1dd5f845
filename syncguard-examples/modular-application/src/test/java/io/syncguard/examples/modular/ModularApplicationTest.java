package io.syncguard.examples.modular;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testservers.SharedRedis;
import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the application in a process of its own, with what Maven gives it and without what tests use. */
@Timeout(300)
class ModularApplicationTest {
    private static final String MAIN = ModularApplication.class.getName();
    private static final String MODULE = "io.syncguard.examples.modular";

    private static final String MEMBERLESS = "redis/clients/jedis/util/JedisClusterCRC16.class";

    private static String path() throws IOException {
        return Path.of("target", "classes") + File.pathSeparator + Files.readString(Path.of("target/module-path.txt"));
    }

    /** Returns what it printed. */
    private static List<String> run(String... options) throws Exception {
        Finished finished = run(uris(), options);
        assertThat(finished.errors()).doesNotContain("Exception");
        return finished.lines();
    }

    /**
     * A process that has ended.
     *
     * @param errors what it wrote beside its output
     */
    private record Finished(List<String> lines, String errors) {}

    private static List<String> uris() {
        String redis = SharedRedis.uri().replaceFirst("^redis:", "")
                + "?operationTimeoutMillis=20000&connectTimeoutMillis=60000&keyPrefix=modular-"
                + ProcessHandle.current().pid();
        return List.of("memory:", "redis+jedis:" + redis, "redis+lettuce:" + redis);
    }

    private static Finished run(List<String> uris, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(uris);
        Path errors = Files.createTempFile("application-", ".log");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Finished(output.lines().toList(), Files.readString(errors));
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(errors);
        }
    }

    private static final String[] POSTED = {
        "store 0: written, a stale fence refused, 2 holds counted",
        "store 1: written, a stale fence refused, 2 holds counted",
        "store 2: written, a stale fence refused, 2 holds counted"
    };

    @Test
    @DisplayName(
            "ADR 38 on the module path an application that requires the API finds each backend that its command adds")
    void modulePath() throws Exception {
        List<String> lines = run("--module-path", path(), "--module", MODULE + "/" + MAIN);

        assertThat(lines)
                .startsWith(
                        "explicit io.syncguard.api",
                        "explicit io.syncguard.examples.modular",
                        "explicit io.syncguard.jdbc",
                        "explicit io.syncguard.memory",
                        "explicit io.syncguard.micrometer",
                        "explicit io.syncguard.redis.common",
                        "explicit io.syncguard.redis.jedis",
                        "explicit io.syncguard.redis.lettuce")
                .endsWith(POSTED)
                .hasSize(11);
    }

    @Test
    @DisplayName(
            "ADR 38, RDS-27 on the module path a Jedis of unknown version is looked at, and one that lacks something is refused")
    void unsuitableClient(@TempDir Path directory) throws Exception {
        String jedis = Stream.of(path().split(File.pathSeparator))
                .filter(entry -> Path.of(entry).getFileName().toString().startsWith("jedis-"))
                .findFirst()
                .orElseThrow();
        Path lacking = directory.resolve("jedis-0.jar");
        copyWithout("META-INF/maven/|" + MEMBERLESS, Path.of(jedis), lacking, memberless(directory));

        Finished finished = run(
                List.of("redis+jedis://127.0.0.1:1"),
                "--module-path",
                path().replace(jedis, lacking.toString()),
                "--module",
                MODULE + "/" + MAIN);

        assertThat(finished.errors())
                .contains(
                        "Jedis (of unknown version) on the class path cannot be used: it has no JedisClusterCRC16.getSlot.");
    }

    /** Returns a class of Jedis that has lost its members. */
    private static Path memberless(Path directory) throws IOException {
        Path source = Files.writeString(
                directory.resolve("JedisClusterCRC16.java"),
                "package redis.clients.jedis.util; public final class JedisClusterCRC16 {}");
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", directory.toString(), source.toString()))
                .isZero();
        return directory.resolve(MEMBERLESS);
    }

    private static void copyWithout(String prefixes, Path from, Path to, Path added) throws IOException {
        try (JarInputStream in = new JarInputStream(Files.newInputStream(from));
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(to), in.getManifest())) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                if (!Pattern.compile(prefixes).matcher(entry.getName()).lookingAt()) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
            out.putNextEntry(new JarEntry(MEMBERLESS));
            Files.copy(added, out);
        }
    }

    @Test
    @DisplayName(
            "ADR 38 nothing that locks in memory and the fence check need is an automatic module, so that jlink takes them")
    void linkable() throws IOException {
        ModuleFinder path = ModuleFinder.of(
                Stream.of(path().split(File.pathSeparator)).map(Path::of).toArray(Path[]::new));
        Configuration needed = Configuration.resolve(
                path,
                List.of(ModuleLayer.boot().configuration()),
                ModuleFinder.of(),
                Set.of("io.syncguard.memory", "io.syncguard.jdbc"));

        assertThat(needed.modules().stream().map(module -> module.reference().descriptor()))
                .noneMatch(ModuleDescriptor::isAutomatic)
                .extracting(ModuleDescriptor::name)
                .containsExactlyInAnyOrder("io.syncguard.api", "io.syncguard.jdbc", "io.syncguard.memory");
    }

    @Test
    @DisplayName("ADR 38 on the class path the same application does the same")
    void classPath() throws Exception {
        assertThat(run("--class-path", path(), MAIN)).containsExactly(POSTED);
    }
}
