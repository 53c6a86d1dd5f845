package io.syncguard.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Compares what the tests of a module counted with what the build was told, and fails when the outcome of a test got
 * lost. Says which classes were skipped, in one line for each reason. The build runs it after the tests of each module.
 */
public final class TestsCheck {
    private final List<LedgerFile> ledgers = new ArrayList<>();
    private int reported;
    private int reportedFailures;

    private TestsCheck(Path results) {
        forEach(results.resolve(LedgerFile.DIRECTORY), "*.properties", file -> ledgers.add(LedgerFile.read(file)));
        forEach(results.resolve("surefire-reports"), "TEST-*.xml", this::addReport);
    }

    /**
     * Checks one module.
     *
     * @param arguments the directory of the module's results
     * @throws IllegalStateException if an outcome got lost
     */
    public static void main(String[] arguments) {
        skipped(Path.of(arguments[0])).forEach(System.out::println);
        List<String> losses = losses(Path.of(arguments[0]));
        if (!losses.isEmpty()) {
            throw new IllegalStateException("outcomes of tests got lost: " + String.join("; ", losses)
                    + ". The output of the tests, beside their reports, says which listener failed.");
        }
    }

    /** Returns a line for each reason for which classes were skipped. */
    static List<String> skipped(Path results) {
        Map<String, Integer> classes = new TreeMap<>();
        new TestsCheck(results).ledgers.forEach(ledger -> ledger.skippedClasses()
                .forEach(
                        (reason, count) -> classes.merge(reason.strip().replaceAll("\\s+", " "), count, Integer::sum)));
        return classes.entrySet().stream()
                .map(skipped -> "skipped, classes of tests: %d; %s".formatted(skipped.getValue(), skipped.getKey()))
                .toList();
    }

    /** Returns what is wrong, empty if nothing is. */
    static List<String> losses(Path results) {
        return new TestsCheck(results).losses();
    }

    private List<String> losses() {
        int begun = ledgers.stream().mapToInt(LedgerFile::begun).sum();
        int ended = ledgers.stream().mapToInt(LedgerFile::ended).sum();
        int failed = ledgers.stream().mapToInt(LedgerFile::failed).sum();
        List<String> losses = new ArrayList<>();
        if (!ledgers.stream().allMatch(LedgerFile::complete)) {
            losses.add("a JVM did not come to the end of its tests");
        }
        if (ended < begun) {
            losses.add("%d tests began and %d ended".formatted(begun, ended));
        }
        if (reported < ended) {
            losses.add("%d tests ended and %d are in the reports".formatted(ended, reported));
        }
        if (reportedFailures < failed) {
            losses.add("%d failed and %d failures are in the reports".formatted(failed, reportedFailures));
        }
        if (ledgers.isEmpty() && reported > 0) {
            losses.add("%d tests are in the reports and none was counted".formatted(reported));
        }
        return losses;
    }

    private interface FileAction {
        void accept(Path file) throws IOException;
    }

    private static void forEach(Path directory, String glob, FileAction action) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            for (Path file : files) {
                action.accept(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads no more of a report than its first element. */
    private void addReport(Path report) throws IOException {
        try (InputStream in = Files.newInputStream(report)) {
            XMLStreamReader xml = XMLInputFactory.newFactory().createXMLStreamReader(in);
            xml.nextTag();
            reported += number(xml, "tests");
            reportedFailures += number(xml, "failures") + number(xml, "errors");
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("not a report: " + report, e);
        }
    }

    private static int number(XMLStreamReader xml, String attribute) {
        String value = xml.getAttributeValue(null, attribute);
        return value == null ? 0 : Integer.parseInt(value);
    }
}
