package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.testservers.SharedRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in README and Javadoc do what they look like. */
class DocumentedExamplesTest {
    private static final Path PROJECT = Path.of("..");

    private final String address =
            SharedRedis.uri() + "?operationTimeoutMillis=20000&keyPrefix=test-" + UUID.randomUUID();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("the README's examples compile and run")
    void readme() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("README.md"));

        assertThat(examples).hasSize(6);
        assertThat(examples.get(0).runOn(address, folder))
                .asString()
                .isEqualTo("[processed 42, charged 42 with fence 000000000000002]");
        assertThat(examples.get(1).runOn(address, folder))
                .asString()
                .isEqualTo("[charged 42 with fence 000000000000003]");
    }

    @Test
    @DisplayName("the README's patterns compile and run")
    void patterns() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("README.md"));

        assertThat(examples.get(2).runOn(address, folder)).isEmpty();
        assertThatThrownBy(() -> examples.get(2).runOn(address, folder))
                .as("the guard that let the user through was closed, and the window goes on")
                .cause()
                .hasToString("Example$TooManyRequests");
        assertThat(examples.get(3).runOn(address, folder)).asString().isEqualTo("[executed 7]");
        assertThat(examples.get(4).runOn(address, folder))
                .asString()
                .isEqualTo("[wrote page 1 with fence 000000000000001, wrote page 2 with fence 000000000000001]");
        assertThat(examples.get(5).runOn(address, folder))
                .asString()
                .matches("\\[held with fence 000000000000001 for another 2\\d s]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api/src/main/java/io/syncguard/SyncGuard"
                        + " | [processed 42, charged 42 with fence 000000000000002, wrote the report]",
                "api/src/main/java/io/syncguard/AsyncGuard | [charged 42 with fence 000000000000001]",
                "memory/src/main/java/io/syncguard/memory/TestLocks"
                        + " | [held: false, charged elsewhere with fence 000000000000002, try again later: true]"
            })
    @DisplayName("the examples in Javadoc compile and run")
    void javadoc(String type, String expected) throws Exception {
        Path source = PROJECT.resolve("syncguard-" + type + ".java");

        List<?> seen = Snippet.inJavadoc(source).runOn(address, folder);

        assertThat(seen).asString().isEqualTo(expected);
    }
}
