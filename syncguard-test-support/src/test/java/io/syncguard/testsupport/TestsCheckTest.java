package io.syncguard.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestsCheckTest {
    @TempDir
    private Path results;

    @Test
    void noTestsNoLosses() {
        assertThat(TestsCheck.losses(results)).isEmpty();
    }

    @Test
    void allAreReported() throws IOException {
        ledger(true, 3, 3, 1);
        ledger(true, 2, 2, 0);
        report("A", 3, 1, 0);
        // A class that was skipped is in the reports and was not counted.
        report("B", 4, 0, 0);

        assertThat(TestsCheck.losses(results)).isEmpty();
        TestsCheck.main(new String[] {results.toString()});
    }

    @Test
    void testDidNotEnd() throws IOException {
        ledger(true, 3, 2, 0);
        report("A", 3, 0, 0);

        assertThat(TestsCheck.losses(results)).containsExactly("3 tests began and 2 ended");
    }

    @Test
    void jvmDidNotEnd() throws IOException {
        ledger(false, 0, 0, 0);
        report("A", 3, 0, 0);

        assertThat(TestsCheck.losses(results)).containsExactly("a JVM did not come to the end of its tests");
    }

    @Test
    void outcomeIsInNoReport() throws IOException {
        ledger(true, 3, 3, 1);
        report("A", 2, 0, 0);

        assertThat(TestsCheck.losses(results))
                .containsExactly(
                        "3 tests ended and 2 are in the reports", "1 failed and 0 failures are in the reports");
    }

    @Test
    void failureIsReportedAsSuccess() throws IOException {
        ledger(true, 3, 3, 2);
        report("A", 3, 0, 1);

        assertThat(TestsCheck.losses(results)).containsExactly("2 failed and 1 failures are in the reports");
    }

    @Test
    void oneLineForEachReasonOfSkippedClasses() throws IOException {
        assertThat(TestsCheck.skipped(results)).isEmpty();

        ledger(new LedgerFile(true, 0, 0, 0, Map.of("no emulator: install\n one = all", 30, "no JDK 21", 1)));
        ledger(new LedgerFile(true, 0, 0, 0, Map.of("no emulator: install\n one = all", 2)));

        assertThat(TestsCheck.skipped(results))
                .containsExactly(
                        "skipped, classes of tests: 1; no JDK 21",
                        "skipped, classes of tests: 32; no emulator: install one = all");
        TestsCheck.main(new String[] {results.toString()});
    }

    @Test
    void nobodyCounted() throws IOException {
        report("A", 2, 0, 0);

        assertThatThrownBy(() -> TestsCheck.main(new String[] {results.toString()}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("2 tests are in the reports and none was counted");
    }

    private void ledger(boolean complete, int begun, int ended, int failed) {
        ledger(new LedgerFile(complete, begun, ended, failed, Map.of()));
    }

    private void ledger(LedgerFile ledger) {
        ledger.write(LedgerFile.newIn(results.resolve(LedgerFile.DIRECTORY)));
    }

    private void report(String name, int tests, int failures, int errors) throws IOException {
        Path directory = Files.createDirectories(results.resolve("surefire-reports"));
        Files.writeString(
                directory.resolve("TEST-" + name + ".xml"),
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="%s" tests="%d" errors="%d" skipped="0" failures="%d">
                  <testcase name="one"/>
                </testsuite>
                """
                        .formatted(name, tests, errors, failures));
    }
}
