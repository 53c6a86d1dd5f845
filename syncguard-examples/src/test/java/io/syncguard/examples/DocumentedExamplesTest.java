package io.syncguard.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in README, guide and Javadoc do what they look like. */
class DocumentedExamplesTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern FENCE = Pattern.compile("\\b\\d{15}\\b");
    private static final LockOptions RENEWED = LockOptions.defaults().withHeartbeat();
    private static final Path GUIDE = PROJECT.resolve("docs/guide.md");

    private final String address =
            SharedRedis.uri() + "?operationTimeoutMillis=20000&keyPrefix=test-" + UUID.randomUUID();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("the README's examples compile and run")
    void readme() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("README.md"));

        assertThat(examples).hasSize(3);
        assertDoes(examples.get(0), "[processed 42, charged 42 with fence #]");
        assertDoes(examples.get(1), "[wrote the report]");
        assertWritesTwoPages(examples.get(2));
    }

    @Test
    @DisplayName("the README's figures are those of the certificates, the benchmarks and the POM")
    @DisabledOnOs(OS.WINDOWS)
    void figures() throws Exception {
        Process check = new ProcessBuilder("bash", ".ci/facts", "--check")
                .directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
    }

    /** Runs an example, which must do what is expected, {@code #} being a fence. Returns the fences. */
    private List<FenceToken> assertDoes(Snippet example, String expected) throws Exception {
        return assertSeen(example.runOn(address, folder), expected);
    }

    private static List<FenceToken> assertSeen(List<?> seen, String expected) {
        assertThat(FENCE.matcher(seen.toString()).replaceAll("#")).isEqualTo(expected);
        return FENCE.matcher(seen.toString())
                .results()
                .map(found -> FenceToken.parse(found.group()))
                .toList();
    }

    private void assertWritesTwoPages(Snippet example) throws Exception {
        List<FenceToken> fences = assertDoes(example, "[wrote page 1 with fence #, wrote page 2 with fence #]");
        assertThat(fences).as("the fences of one lock").hasSize(2).containsOnly(fences.get(0));
    }

    @Test
    @DisplayName("the guide's examples compile and run")
    void guide() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(GUIDE, "## Patterns");

        assertThat(examples).hasSize(11);
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
        assertDoes(examples.get(3), "[executed 7 with fence #]");
        assertWritesTwoPages(examples.get(4));
        assertThat(examples.get(5).runOn(address, folder))
                .asString()
                .matches("\\[held with fence \\d{15} for another [12]\\d s]");
        assertDoes(examples.get(6), "[committed 1]");
        assertDoes(examples.get(7), "[locked 2 times, with a fence]");
        assertDoes(examples.get(8), "[wrote the report, busy]");
        assertDoes(examples.get(9), "[busy]");
        assertThat(Files.readString(Path.of("src/test/java/io/syncguard/examples/SeatsOnRealRedisTest.java")))
                .as("the example of a test, which is one")
                .contains(examples.get(10).code());
    }

    @Test
    @DisplayName("the examples of the first five minutes compile and run")
    void start() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("docs/start.md"));

        assertThat(examples).hasSize(3);
        assertDoes(examples.get(0), "[this process wrote it]");
        try (SyncGuard other = SyncGuard.connect(address);
                HeldLock report = other.acquire("nightly-report", RENEWED)) {
            assertThat(report.isHeld()).isTrue();

            assertDoes(examples.get(0), "[another process is writing it]");
        }
        assertDoes(examples.get(1), "[charged 42 with fence #]");
        assertDoes(examples.get(2), "[ran: false, wrote the report, ran: true, still held: false]");
    }

    @Test
    @DisplayName("the example of two locks while processes change over compiles and runs")
    void moving() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("docs/moving.md"));

        // The adapters' own tests have the others.
        assertThat(examples).hasSize(3);
        assertDoes(examples.get(0), "[processed 42]");
    }

    @Test
    @DisplayName("the example of how fencing works compiles and runs")
    void fencing() throws Exception {
        List<Snippet> examples = Snippet.inMarkdown(PROJECT.resolve("docs/fencing.md"));

        assertThat(examples).hasSize(1);
        assertDoes(examples.get(0), "[committed 1]");
    }

    @Test
    @DisplayName("the guide's example of a failure in the asynchronous view says what became of the call")
    void asynchronousFailure() throws Exception {
        Snippet example =
                Snippet.inMarkdown(GUIDE, "## What you catch, and what you do").get(0);

        assertDoes(example, "[your seat]");
        try (SyncGuard other = SyncGuard.connect(address);
                HeldLock hall = other.acquire("hall:7", RENEWED)) {
            assertThat(hall.isHeld()).isTrue();

            assertDoes(example, "[please try again]");
        }
    }

    @Test
    @DisplayName("busy locks are what the examples say they are")
    void contention() throws Exception {
        List<Snippet> readme = Snippet.inMarkdown(PROJECT.resolve("README.md"));
        List<Snippet> guide = Snippet.inMarkdown(GUIDE, "## Patterns");
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
                        + " | [processed 42, charged 42 with fence #, wrote the report]",
                "api/src/main/java/io/syncguard/AsyncGuard | [charged 42 with fence #]",
                "memory/src/main/java/io/syncguard/memory/TestLocks"
                        + " | [held: false, charged elsewhere with fence #, try again later: true]"
            })
    @DisplayName("the examples in Javadoc compile and run")
    void javadoc(String type, String expected) throws Exception {
        Path source = PROJECT.resolve("syncguard-" + type + ".java");

        FenceToken before = fence();

        List<FenceToken> fences = assertSeen(Snippet.inJavadoc(source).runOn(address, folder), expected);

        assertThat(fences).as("fences, which follow the clock").hasSize(1).allMatch(next -> next.compareTo(before) > 0);
    }

    /** Returns the first fence of another key. */
    private FenceToken fence() {
        try (SyncGuard guard = SyncGuard.connect(address)) {
            return guard.call("another:" + UUID.randomUUID(), HeldLock::fence);
        }
    }
}
