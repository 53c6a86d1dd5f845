package io.syncguard.redis.tests.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of all processes that write one history. */
final class HistoryFolder {
    private static final String HISTORY = ".history";

    private final Path folder;

    HistoryFolder() {
        try {
            this.folder = Files.createTempDirectory("syncguard-history");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the file for a process. */
    Path file(String process) {
        return folder.resolve(process + HISTORY);
    }

    /** Returns the file for what a process says besides. */
    Path log(String process) {
        return folder.resolve(process + ".log");
    }

    /** Returns what has been written so far. */
    List<HistoryEvent> events() {
        List<HistoryEvent> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(HISTORY))
                    .sorted()
                    .toList()) {
                String text = Files.readString(file);
                // A process that writes right now may be in the middle of a line.
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(HistoryEvent::parse)
                        .forEach(events::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    /** Deletes them. */
    void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
