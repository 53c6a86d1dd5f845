package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link ContenderMain} as its parent sees it. Confined to one thread. */
final class ContenderProcess implements AutoCloseable {
    /** So many JVMs that their compilers would take the processors from what is measured. */
    private static final int MANY = 32;

    private final int number;
    private final Process process;
    private final BufferedReader answers;

    private ContenderProcess(int number, Process process) {
        this.number = number;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it and does not wait for it. */
    static ContenderProcess start(int number, Candidate candidate, Setting setting, String lockName, String redisUri)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        if (setting.contenders() >= MANY) {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ContenderMain.class.getName()));
        command.addAll(List.of(
                candidate.name(),
                redisUri,
                lockName,
                Long.toString(setting.pause().toMillis())));
        return new ContenderProcess(
                number,
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** Blocks until it has connected and prepared itself. */
    void awaitReady() throws IOException, RaceException {
        String answer = next();
        if (!answer.equals(ContenderMain.READY)) {
            throw new RaceException("contender " + number + " said '" + answer + "' where it was to be ready");
        }
    }

    /** Lets it contend. */
    void go(Window window) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8)
                .append(window.fromNanos() + " " + window.untilNanos() + "\n")
                .flush();
    }

    /** Returns its attempts, for whose end it blocks. */
    List<Attempt> attempts() throws IOException, RaceException {
        List<Attempt> attempts = new ArrayList<>();
        for (String answer = next(); !answer.equals(ContenderMain.END); answer = next()) {
            attempts.add(AttemptLine.read(number, answer));
        }
        return attempts;
    }

    private String next() throws IOException, RaceException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new RaceException("contender " + number + " ended early");
        }
        return answer;
    }

    /** Kills it, which may have ended already, and waits a little until it is gone. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
