package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;

/** What runs of the suite say about a backend. */
class CertificateTest {
    /** Has a backend whose author says what it was tested with. */
    static class DescribedSuite extends ModelSuite {
        @Override
        protected List<String> testedWith() {
            return List.of("Model 1.0", "a|b");
        }
    }

    static class SpeechlessSuite extends ModelSuite {
        @Override
        protected List<String> testedWith() {
            throw new IllegalStateException("the server does not tell its version");
        }
    }

    static class ReplacingSuite extends ModelSuite {
        @Test
        @DisplayName("OPT-7 a ping is whatever")
        @Override
        public void pings() {}
    }

    static class AbortedSuite extends ModelSuite {
        @BeforeAll
        static void noServer() {
            Assumptions.abort("there is no server");
        }
    }

    private static LauncherDiscoveryRequestBuilder request() {
        return LauncherDiscoveryRequestBuilder.request();
    }

    private static String textOf(SuiteRun run, Class<?> suite) {
        return run.certificates().get(suite.getName() + ".txt");
    }

    private static String firstLine(String certificate) {
        return certificate.lines().findFirst().orElseThrow();
    }

    /** Returns the lines of a rule, of its row or of its place in the text, with the heading above it. */
    private static String rule(String text, String id) {
        String heading = "";
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("Rules ")) {
                heading = lines.get(i);
            } else if (lines.get(i).startsWith("  " + id + " ")) {
                return heading + "\n" + lines.get(i) + "\n" + (i + 1 < lines.size() ? lines.get(i + 1) : "");
            }
        }
        return "no such rule";
    }

    @Test
    @DisplayName("a backend that keeps all rules has that in one line, and its author's words and all versions below")
    void whole() throws IOException {
        SuiteRun run = SuiteRun.of(DescribedSuite.class);

        assertThat(run.failures()).isEmpty();
        String text = textOf(run, DescribedSuite.class);
        long tested = Rule.all().stream()
                .filter(rule ->
                        SuiteTest.all().stream().anyMatch(test -> test.rules().contains(rule.id())))
                .count();
        assertThat(tested).isBetween(35L, (long) Rule.all().size());
        assertThat(firstLine(text))
                .isEqualTo("SyncGuard conformance: %d of %d rules kept, 0 not fully tested, 0 broken", tested, tested);
        assertThat(text)
                .contains("model\n", "Model 1.0; a|b", DescribedSuite.class.getName())
                .contains(run.succeeded() + " passed, 0 failed, 0 skipped")
                .contains(System.getProperty("java.version"))
                .doesNotContain("artial", "unknown,", "unknown\n", "${", "Rules broken", "Rules not fully tested")
                .doesNotContain(
                        Path.of("").toAbsolutePath().toString(),
                        InetAddress.getLocalHost().getHostName());
        assertThat(text).containsPattern("JUnit +[56]\\.\\d+").containsPattern("SyncGuard +\\d+\\.\\d+");
        assertThat(rule(text, "KEY-7")).startsWith("Rules that the suite has no test for");
        String page = run.certificates().get(DescribedSuite.class.getName() + ".md");
        assertThat(page)
                .startsWith("# Conformance of `model`\n\n**" + firstLine(text) + "**\n")
                .contains("| Tested with | Model 1.0; a\\|b |", "| Wake-ups | turns: ")
                .contains("| WAI-1 | A release wakes a waiter at once | ");
        assertThat(page.lines().filter(line -> line.matches("\\| [A-Z]+-\\d+ \\|.*")))
                .hasSameSizeAs(Rule.all());
    }

    @Test
    @DisplayName("a broken rule is named with the tests that failed, and what other tests found is kept")
    void broken() {
        String text = textOf(SuiteRun.ofAll(ModelSuite.class, Fault.LONG_KEYS_CUT), ModelSuite.class);

        assertThat(firstLine(text))
                .as(text)
                .endsWith(" rules kept, 0 not fully tested, 1 broken")
                .doesNotContain("partial");
        assertThat(rule(text, "KEY-4"))
                .startsWith("Rules broken")
                .contains("long keys that differ in their last character are different locks (async)", "(blocking)");
        assertThat(rule(text, "KEY-5")).startsWith("Rules kept");
    }

    @Test
    @DisplayName(
            "a rule whose own tests were skipped is not fully tested, with the reason; a rule they name beside it is")
    void skipped() {
        String polling = textOf(SuiteRun.of(PollingModelSuite.class), PollingModelSuite.class);
        String counterless = textOf(SuiteRun.of(CounterlessModelSuite.class), CounterlessModelSuite.class);

        assertThat(polling).contains("Wake-ups        none: waiters retry after pauses");
        assertThat(firstLine(polling)).endsWith(" 5 not fully tested, 0 broken").doesNotContain("partial");
        for (String rule : List.of("WAI-1", "WAI-3", "WAI-6", "WAI-7", "WAI-8")) {
            assertThat(rule(polling, rule))
                    .startsWith("Rules not fully tested")
                    .contains("skipped: this backend does not wake those that wait");
        }
        assertThat(rule(polling, "ACQ-1")).startsWith("Rules kept");
        for (String rule : List.of("FEN-1", "FEN-3", "FEN-4", "CHK-1", "OPT-7")) {
            assertThat(rule(counterless, rule))
                    .startsWith("Rules not fully tested")
                    .contains("override setFenceCounter");
        }
        assertThat(rule(counterless, "OPT-3"))
                .startsWith("Rules not fully tested")
                .contains("override startServer");
        for (String rule : List.of("TIME-3", "TIME-4", "WAI-7")) {
            assertThat(rule(counterless, rule))
                    .startsWith("Rules not fully tested")
                    .contains("override addressForProcesses");
        }
        assertThat(rule(counterless, "WAI-3")).startsWith("Rules kept");
    }

    @Test
    @DisplayName("a run of some tests is partial, of one test, of one of its arguments, and where a test was replaced")
    void partial() {
        String oneTest = textOf(
                SuiteRun.of(request().selectors(selectMethod(ModelSuite.class, "contentionIsAValue"))),
                ModelSuite.class);
        String oneArgument = textOf(
                SuiteRun.of(request()
                        .selectors(selectUniqueId("[engine:junit-jupiter]/[class-template:" + ModelSuite.class.getName()
                                + "]/[class-template-invocation:#1]/[test-template:everyTtl(long)]"
                                + "/[test-template-invocation:#2]"))),
                ModelSuite.class);
        String replaced = textOf(SuiteRun.of(ReplacingSuite.class), ReplacingSuite.class);

        int tests = SuiteTest.all().size() * 2;
        assertThat(firstLine(oneTest)).startsWith("SyncGuard conformance: partial run, 0 of ");
        assertThat(oneTest).contains((tests - 2) + " of " + tests + " tests were not run", "2 passed, 0 failed");
        assertThat(rule(oneTest, "ACQ-2")).startsWith("Rules not fully tested");
        assertThat(oneArgument).contains(tests + " of " + tests + " tests were not run", "1 passed, 0 failed");
        assertThat(replaced).contains("This run is partial: 2 of ", "replaces tests of the suite by its own: pings.");
        assertThat(rule(replaced, "OPT-7")).startsWith("Rules not fully tested").contains("2 of ", " not run");
        assertThat(rule(replaced, "ACQ-2")).startsWith("Rules kept");
    }

    @Test
    @DisplayName("a class that was aborted has a certificate that says that nothing was tested")
    void aborted() {
        String text = textOf(SuiteRun.of(AbortedSuite.class), AbortedSuite.class);

        assertThat(firstLine(text)).startsWith("SyncGuard conformance: partial run, 0 of ");
        assertThat(text).contains("Backend         unknown", "0 passed, 0 failed, 0 skipped");
    }

    @Test
    @DisplayName("each of several classes in one run has a certificate of its own, whatever its author's words throw")
    void several() {
        SuiteRun run = SuiteRun.of(
                request().selectors(selectClass(SpeechlessSuite.class), selectClass(PollingModelSuite.class)));

        assertThat(run.failures()).isEmpty();
        assertThat(run.certificates()).hasSize(4);
        assertThat(textOf(run, SpeechlessSuite.class))
                .contains(" 0 not fully tested, 0 broken")
                .contains("testedWith() failed: java.lang.IllegalStateException: the server does not tell its version");
        assertThat(textOf(run, PollingModelSuite.class)).contains(" 5 not fully tested, 0 broken");
    }

    @Test
    @DisplayName("a certificate that cannot be written, or is to be written nowhere, fails no test and is told")
    void notWritten(@TempDir Path directory) throws IOException {
        Path inTheWay = Files.writeString(directory.resolve("file"), "");
        PrintStream err = System.err;
        PrintStream out = System.out;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        SuiteRun run;
        try (PrintStream telling = new PrintStream(told, true, StandardCharsets.UTF_8)) {
            System.setErr(telling);
            System.setOut(telling);
            run = SuiteRun.run(request()
                    .selectors(selectMethod(ModelSuite.class, "contentionIsAValue"))
                    .configurationParameter(CertificateDirectory.PARAMETER, inTheWay.toString()));
            SuiteRun.run(request()
                    .selectors(selectMethod(PollingModelSuite.class, "contentionIsAValue"))
                    .configurationParameter(CertificateDirectory.PARAMETER, ""));
        } finally {
            System.setErr(err);
            System.setOut(out);
        }

        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("the certificate could not be written to " + inTheWay)
                .containsPattern(
                        "SyncGuard conformance: partial run.* \\(" + PollingModelSuite.class.getName() + "\\)");
        assertThat(Files.list(directory)).containsExactly(inTheWay);
    }

    @Test
    @DisplayName("certificates are among what Maven or Gradle builds, and nowhere if neither does")
    void directory(@TempDir Path project) throws IOException {
        assertThat(CertificateDirectory.builtIn(project)).isEmpty();
        Files.createDirectory(project.resolve("build"));
        assertThat(CertificateDirectory.builtIn(project)).contains(project.resolve("build/conformance"));
        Files.createDirectory(project.resolve("target"));
        assertThat(CertificateDirectory.builtIn(project)).contains(project.resolve("target/conformance"));
    }
}
