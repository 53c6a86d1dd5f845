package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testservers.SharedRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in README and Javadoc do what they look like. */
class DocumentedExamplesTest {
    private static final Path PROJECT = Path.of("..");

    private final String address = SharedRedis.uri() + "?keyPrefix=test-" + UUID.randomUUID();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("the README's example compiles and runs")
    void readme() throws Exception {
        List<?> seen = Snippet.inMarkdown(PROJECT.resolve("README.md")).runOn(address, folder);

        assertThat(seen).asString().isEqualTo("[processed 42, charged 42 with fence 000000000000002]");
    }

    @Test
    @DisplayName("the example in SyncGuard's Javadoc compiles and runs")
    void javadoc() throws Exception {
        Path source = PROJECT.resolve("syncguard-api/src/main/java/io/syncguard/SyncGuard.java");

        List<?> seen = Snippet.inJavadoc(source).runOn(address, folder);

        assertThat(seen).asString().isEqualTo("[processed 42, charged 42 with fence 000000000000002]");
    }
}
