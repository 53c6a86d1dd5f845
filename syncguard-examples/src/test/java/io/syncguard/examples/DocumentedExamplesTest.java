package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in README, guide and Javadoc do what they look like. */
class DocumentedExamplesTest {
    private static final Path PROJECT = Path.of("..");
    private static final LockOptions RENEWED = LockOptions.defaults().withHeartbeat();

    private final String address =
            SharedRedis.uri() + "?operationTimeoutMillis=20000&keyPrefix=test-" + UUID.randomUUID();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("the README's examples compile and run")
    void readme() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("README.md"));

        assertThat(examples).hasSize(5);
        assertDoes(examples.get(0), "[processed 42, charged 42 with fence 000000000000002]");
        assertDoes(examples.get(1), "[wrote the report]");
        assertDoes(examples.get(2), "[charged 42 with fence 000000000000003]");
        assertDoes(
                examples.get(3), "[wrote page 1 with fence 000000000000001, wrote page 2 with fence 000000000000001]");
        assertDoes(examples.get(4), "[charged 42 with fence 000000000000004]");
    }

    private void assertDoes(Snippet example, String expected) throws Exception {
        assertThat(example.runOn(address, folder)).asString().isEqualTo(expected);
    }

    @Test
    @DisplayName("the guide's examples compile and run")
    void guide() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("docs/guide.md"));

        assertThat(examples).hasSize(8);
        assertDoes(examples.get(0), "[wrote the report]");
        assertThat(examples.get(0).runOn(address, folder))
                .as("the minimum hold is not over")
                .isEmpty();
        assertDoes(examples.get(1), "[reserved in 7]");
        assertDoes(examples.get(2), "[]");
        assertThatThrownBy(() -> examples.get(2).runOn(address, folder))
                .as("the guard that opened the window was closed, and the window goes on")
                .cause()
                .hasToString("Example$TooManyRequests");
        assertDoes(examples.get(3), "[executed 7 with fence 000000000000001]");
        assertDoes(
                examples.get(4), "[wrote page 1 with fence 000000000000001, wrote page 2 with fence 000000000000001]");
        assertThat(examples.get(5).runOn(address, folder))
                .asString()
                .matches("\\[held with fence 000000000000001 for another [12]\\d s]");
        assertDoes(examples.get(6), "[committed 1]");
        assertDoes(examples.get(7), "[busy]");
    }

    @Test
    @DisplayName("busy locks are what the examples say they are")
    void contention() throws Exception {
        List<Snippet> readme = Snippet.inMarkdown(PROJECT.resolve("README.md"));
        List<Snippet> guide = Snippet.inMarkdown(PROJECT.resolve("docs/guide.md"));
        try (SyncGuard other = SyncGuard.connect(address);
                HeldLock report = other.acquire("nightly-report", RENEWED);
                HeldLock hall = other.acquire("hall:7", RENEWED);
                HeldLock bucket = other.acquire("job:" + Math.floorMod("7".hashCode(), 64), RENEWED)) {
            assertThat(report.isHeld() && hall.isHeld() && bucket.isHeld()).isTrue();

            assertDoes(readme.get(1), "[]");
            assertDoes(guide.get(0), "[]");
            assertDoes(guide.get(1), "[please try again]");
            assertDoes(guide.get(3), "[left 7]");
        }
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
