package io.syncguard.redis.tests.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file to which one process appends what its actors write down; each event is in it when the call returns. Thread-safe. */
final class HistoryWriter implements AutoCloseable {
    private final String process;
    private final BufferedWriter file;

    HistoryWriter(String process, Path path) {
        this.process = process;
        try {
            this.file = Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an event down, at the moment of this call. */
    void write(String thread, EventKind kind, String key, int lock, long value, long untilNanos, String note) {
        write(System.nanoTime(), thread, kind, key, lock, value, untilNanos, note);
    }

    /** Writes an event down, at a moment that the caller has looked at the clock. */
    void write(
            long nanos, String thread, EventKind kind, String key, int lock, long value, long untilNanos, String note) {
        HistoryEvent event = new HistoryEvent(
                nanos, System.currentTimeMillis(), process + "/" + thread, kind, key, lock, value, untilNanos, note);
        append(event.line());
    }

    private synchronized void append(String line) {
        try {
            file.append(line).append('\n').flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
