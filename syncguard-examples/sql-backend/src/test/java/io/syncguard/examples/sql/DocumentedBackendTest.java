package io.syncguard.examples.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide for authors of backends shows this module, and the memory backend where it is about waiters. */
class DocumentedBackendTest {
    private static final Path GUIDE = Path.of("../../docs/writing-a-backend.md");
    private static final List<Path> SOURCES = List.of(Path.of("src"), Path.of("../../syncguard-memory/src"));
    private static final Pattern BLOCK = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    private static String guide() throws IOException {
        return Files.readString(GUIDE);
    }

    private static List<MatchResult> blocks() throws IOException {
        return BLOCK.matcher(guide()).results().toList();
    }

    static Stream<String> snippets() throws IOException {
        return blocks().stream().map(block -> block.group(2));
    }

    @Test
    @DisplayName("each block of the guide says which language it is in, and there are as many as there were")
    void languages() throws IOException {
        assertThat(blocks()).hasSize(23).allSatisfy(block -> assertThat(block.group(1))
                .isIn("java", "sql", "xml"));
    }

    @ParameterizedTest
    @MethodSource("snippets")
    @DisplayName("each block of the guide is in one file of these modules, line by line")
    void isInTheSources(String snippet) throws IOException {
        List<String> sources = new ArrayList<>();
        sources.add(withoutIndent(Files.readString(Path.of("pom.xml"))));
        for (Path module : SOURCES) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.add(withoutIndent(Files.readString(file)));
                }
            }
        }
        assertThat(sources.stream().anyMatch(source -> source.contains(withoutIndent(snippet))))
                .as("whether this is in the sources: %s", snippet)
                .isTrue();
    }

    /** Returns the lines without their indentation, which in the guide is that of the block. */
    private static String withoutIndent(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
    }

    static Stream<String> links() throws IOException {
        return LINK.matcher(guide()).results().map(link -> link.group(1)).distinct();
    }

    @ParameterizedTest
    @MethodSource("links")
    @DisplayName("each file that the guide links to is there")
    void linksLeadSomewhere(String link) {
        assertThat(GUIDE.resolveSibling(link)).exists();
    }
}
