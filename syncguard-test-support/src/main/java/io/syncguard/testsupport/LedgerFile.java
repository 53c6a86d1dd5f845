package io.syncguard.testsupport;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What one JVM counted.
 *
 * @param complete whether the JVM came to the end of its tests
 * @param begun how many tests began
 * @param ended how many tests ended, however they did
 * @param failed how many tests, classes and engines failed
 */
record LedgerFile(boolean complete, int begun, int ended, int failed) {
    /** Its name in the directory of the build's results. */
    static final String DIRECTORY = "test-ledger";

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
        return new LedgerFile(
                Boolean.parseBoolean(properties.getProperty("complete")),
                number(properties, "begun"),
                number(properties, "ended"),
                number(properties, "failed"));
    }

    private static int number(Properties properties, String name) {
        return Integer.parseInt(properties.getProperty(name, "0"));
    }
}
