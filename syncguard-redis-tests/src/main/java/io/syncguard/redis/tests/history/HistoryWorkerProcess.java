package io.syncguard.redis.tests.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link HistoryWorker} as its parent sees it. Confined to one thread. */
final class HistoryWorkerProcess implements AutoCloseable {
    private static final int LONGEST_END_SECONDS = 60;

    private final Process process;

    private HistoryWorkerProcess(Process process) {
        this.process = process;
    }

    static HistoryWorkerProcess start(List<String> arguments, Path log) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                // The first compiler only: these processes live for seconds.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HistoryWorker.class.getName()));
        command.addAll(arguments);
        try {
            return new HistoryWorkerProcess(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    // It is full of servers that fail.
                    .redirectOutput(log.toFile())
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Has it end. */
    void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether it has ended, properly and in time. */
    boolean hasEnded() throws InterruptedException {
        return process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
