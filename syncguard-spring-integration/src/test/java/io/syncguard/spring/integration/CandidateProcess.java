package io.syncguard.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link LeaderProcess} as its parent sees it. */
final class CandidateProcess implements AutoCloseable {
    private static final long LONGEST_SECONDS = 90;

    private final String name;
    private final Process process;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final CountDownLatch waiting = new CountDownLatch(1);

    private CandidateProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::readEvents, "events of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static CandidateProcess launch(String name, String address, Duration ttl) throws IOException {
        return new CandidateProcess(
                name,
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LeaderProcess.class.getName(),
                                name,
                                address,
                                Long.toString(ttl.toMillis()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    private void readEvents() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("waiting ")) {
                    waiting.countDown();
                } else {
                    events.add(line);
                }
            }
        } catch (IOException e) {
            // The process is gone, which the next wait notices.
        }
    }

    String name() {
        return name;
    }

    void order(String order) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(order)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " takes no orders any more", e);
        }
    }

    /** Waits for the next event, which must be this one, and returns when it was. */
    Instant await(String event) throws InterruptedException {
        String line = events.poll(LONGEST_SECONDS, TimeUnit.SECONDS);
        assertThat(line).as("the next event of " + name).startsWith(event + " ");
        return Instant.ofEpochMilli(Long.parseLong(line.substring(event.length() + 1)));
    }

    /** Waits until the process has tried in vain to lead, at least once; it goes on trying. */
    void awaitWaiting() throws InterruptedException {
        assertThat(waiting.await(LONGEST_SECONDS, TimeUnit.SECONDS))
                .as(name + " has tried to lead")
                .isTrue();
    }

    /** Returns whether nothing has happened that was not waited for. */
    boolean isQuiet() {
        return events.isEmpty();
    }

    /** Kills the process as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
                .as(name + " has ended")
                .isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
