package io.syncguard.conformance;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Reads what this JVM logs by {@code java.util.logging}, and so by {@link System.Logger}, and what it prints, where other logging
 * libraries write unless they are told otherwise.
 */
final class WrittenLines {
    /** The outputs belong to the whole JVM, so one test reads them at a time. */
    private static final ReentrantLock OUTPUTS = new ReentrantLock();

    private WrittenLines() {}

    /**
     * Runs an action, and returns what was written meanwhile, by whomever.
     *
     * @param loggers the names of loggers that log everything meanwhile, also what is for developers
     */
    static String during(Set<String> loggers, Runnable action) throws InterruptedException {
        OUTPUTS.lockInterruptibly();
        try (Lines lines = new Lines(loggers)) {
            action.run();
            return lines.text();
        } finally {
            OUTPUTS.unlock();
        }
    }

    private static final class Lines extends Handler implements AutoCloseable {
        private final Queue<String> logged = new ConcurrentLinkedQueue<>();
        private final Copy out = new Copy(System.out);
        private final Copy err = new Copy(System.err);
        private final Logger root = Logger.getLogger("");
        private final Map<Logger, @Nullable Level> levels = new LinkedHashMap<>();

        Lines(Set<String> loggers) {
            setLevel(Level.ALL);
            for (String name : loggers) {
                Logger logger = Logger.getLogger(name);
                levels.put(logger, logger.getLevel());
                logger.setLevel(Level.ALL);
            }
            root.addHandler(this);
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        }

        @Override
        public void publish(LogRecord entry) {
            logged.add(
                    entry.getLevel() + " " + entry.getLoggerName() + ": " + new SimpleFormatter().formatMessage(entry)
                            + (entry.getThrown() == null ? "" : " " + WrittenLines.stackTrace(entry.getThrown())));
        }

        String text() {
            return String.join("\n", logged) + "\n" + out.copied() + err.copied();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            System.setOut(out.original);
            System.setErr(err.original);
            root.removeHandler(this);
            levels.forEach(Logger::setLevel);
        }
    }

    private static String stackTrace(Throwable thrown) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        thrown.printStackTrace(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Writes to a stream, and keeps a copy. */
    private static final class Copy extends OutputStream {
        private final PrintStream original;
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

        Copy(PrintStream original) {
            this.original = original;
        }

        @Override
        public void write(int character) {
            original.write(character);
            copy.write(character);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            original.write(bytes, offset, length);
            copy.write(bytes, offset, length);
        }

        @Override
        public void flush() {
            original.flush();
        }

        String copied() {
            return copy.toString(StandardCharsets.UTF_8);
        }
    }
}
