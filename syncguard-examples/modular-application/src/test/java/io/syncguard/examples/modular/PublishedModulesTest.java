package io.syncguard.examples.modular;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the sources of each artifact in the BOM say of it as a module. */
class PublishedModulesTest {
    private static final Path TREE = Path.of("../..");

    static List<String> artifacts() throws IOException {
        return found("<artifactId>(syncguard-[a-z-]+)</artifactId>", TREE.resolve("syncguard-bom/pom.xml")).stream()
                // Neither the BOM itself nor a starter has classes.
                .filter(artifact -> Files.isDirectory(TREE.resolve(artifact).resolve("src/main/java")))
                .toList();
    }

    private static List<String> found(String pattern, Path file) throws IOException {
        return found(pattern, Files.readString(file));
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(result -> result.group(1).trim())
                .toList();
    }

    /** Returns its {@code module-info.java} without comments; empty if it has none. */
    private static String descriptor(Path artifact) throws IOException {
        Path descriptor = artifact.resolve("src/main/java/module-info.java");
        return Files.exists(descriptor) ? Files.readString(descriptor).replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "") : "";
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName("ADR 38 a published artifact has the name of a module, by a descriptor or else by its manifest")
    void name(String artifact) throws IOException {
        Path directory = TREE.resolve(artifact);
        String descriptor = descriptor(directory);

        List<String> names = descriptor.isEmpty()
                ? found("<Automatic-Module-Name>(.*)</Automatic-Module-Name>", directory.resolve("pom.xml"))
                : found("module ([a-z.]+) \\{", descriptor);

        assertThat(names).hasSize(1).first().asString().startsWith("io.syncguard.");
        assertThat(found("Automatic-Module-Name>(.*)</", directory.resolve("pom.xml")))
                .as("a manifest beside a descriptor names nothing")
                .hasSize(descriptor.isEmpty() ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName("ADR 38 a descriptor provides what META-INF/services names, and nothing else")
    void providers(String artifact) throws IOException {
        Path directory = TREE.resolve(artifact);
        String descriptor = descriptor(directory);
        if (!descriptor.isEmpty()) {
            List<String> provided = Pattern.compile("provides\\s+(\\S+)\\s+with\\s+([^;]+);")
                    .matcher(descriptor)
                    .results()
                    .map(PublishedModulesTest::inOneLine)
                    .toList();

            assertThat(provided).containsExactlyInAnyOrderElementsOf(services(directory));
        }
    }

    private static String inOneLine(MatchResult provides) {
        return provides.group(1) + ": "
                + provides.group(2).replaceAll("\\s+", "").replace(",", ", ");
    }

    private static List<String> services(Path artifact) throws IOException {
        Path services = artifact.resolve("src/main/resources/META-INF/services");
        if (!Files.isDirectory(services)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(services)) {
            return files.map(PublishedModulesTest::inOneLine).toList();
        }
    }

    private static String inOneLine(Path service) {
        try {
            return service.getFileName() + ": "
                    + String.join(", ", Files.readString(service).lines().toList());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("artifacts")
    @DisplayName(
            "ADR 38 a descriptor exports each package but internal ones, which it exports to nobody or to our own modules")
    void exports(String artifact) throws IOException {
        Path sources = TREE.resolve(artifact).resolve("src/main/java");
        String descriptor = descriptor(TREE.resolve(artifact));
        if (!descriptor.isEmpty()) {
            try (Stream<Path> files = Files.walk(sources)) {
                List<String> packages = files.filter(file -> file.endsWith("package-info.java"))
                        .map(file -> sources.relativize(file.getParent()).toString())
                        .map(directory -> directory.replace('\\', '/').replace('/', '.'))
                        .filter(name -> !name.contains(".internal"))
                        .toList();

                assertThat(found("exports\\s+([a-z.]+)\\s*;", descriptor))
                        .containsExactlyInAnyOrderElementsOf(packages);
            }
            assertThat(found("exports\\s+\\S*internal\\S*\\s+to\\s+([^;]+);", descriptor))
                    .allSatisfy(
                            to -> assertThat(to.split(",\\s*")).allMatch(module -> module.startsWith("io.syncguard.")));
        }
    }
}
