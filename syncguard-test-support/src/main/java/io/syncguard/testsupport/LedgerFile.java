package io.syncguard.testsupport;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What one JVM counted.
 *
 * @param complete whether the JVM came to the end of its tests
 * @param begun how many tests began
 * @param ended how many tests ended, however they did
 * @param failed how many tests, classes and engines failed
 * @param skippedClasses how many classes were skipped as a whole, by the reason
 */
record LedgerFile(boolean complete, int begun, int ended, int failed, Map<String, Integer> skippedClasses) {
    private static final String SKIPPED = "skipped ";

    /** Its name in the directory of the build's results. */
    static final String DIRECTORY = "test-ledger";

    LedgerFile {
        skippedClasses = Map.copyOf(skippedClasses);
    }

    static Path newIn(Path directory) {
        try {
            Files.createDirectories(directory);
            return Files.createTempFile(directory, "run-", ".properties");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path file) {
        Properties properties = new Properties();
        properties.setProperty("complete", Boolean.toString(complete));
        properties.setProperty("begun", Integer.toString(begun));
        properties.setProperty("ended", Integer.toString(ended));
        properties.setProperty("failed", Integer.toString(failed));
        skippedClasses.forEach((reason, count) -> properties.setProperty(SKIPPED + reason, Integer.toString(count)));
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LedgerFile read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Integer> skipped = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(SKIPPED)) {
                skipped.put(name.substring(SKIPPED.length()), number(properties, name));
            }
        }
        return new LedgerFile(
                Boolean.parseBoolean(properties.getProperty("complete")),
                number(properties, "begun"),
                number(properties, "ended"),
                number(properties, "failed"),
                skipped);
    }

    private static int number(Properties properties, String name) {
        return Integer.parseInt(properties.getProperty(name, "0"));
    }
}
