package io.syncguard.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link Worker}, or a program like it, as its parent sees it. Confined to one thread. */
final class WorkerProcess implements AutoCloseable {
    private static final long LONGEST_SECONDS = 90;

    private final String name;
    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private WorkerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::readAnswers, "answers of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static WorkerProcess start(String name, String url, Path ledger) throws IOException {
        return start(name, Worker.class, url, ledger.toString());
    }

    /** Starts a program that takes orders as a {@link Worker} does, with the server's URL in the environment. */
    static WorkerProcess start(String name, Class<?> program, String url, String... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                // The first compiler only: these processes live for seconds.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ChildClassPath.find(),
                program.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(Worker.URL_VARIABLE, url);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new WorkerProcess(name, builder.start());
    }

    private void readAnswers() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // The process is gone, which await() notices.
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Gives an order and does not wait for the answer. */
    void order(String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(line)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " takes no orders any more", e);
        }
    }

    /** Returns what follows the expected word in the next answer, which is waited for. */
    String await(String expected) throws InterruptedException {
        String answer = next();
        if (answer == null || !answer.startsWith(expected)) {
            throw new WorkerException(name + " answered '" + answer + "' where '" + expected + "' was expected");
        }
        return answer.substring(expected.length()).trim();
    }

    /** Returns the next answer, or null if there will be none in time. */
    @Nullable
    String next() throws InterruptedException {
        for (int second = 0; second < LONGEST_SECONDS && process.isAlive(); second++) {
            String answer = answers.poll(1, TimeUnit.SECONDS);
            if (answer != null) {
                return answer;
            }
        }
        return answers.poll();
    }

    /** Kills the process as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops the process in its tracks, as a long garbage collection or a suspended machine does. */
    void suspend() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** Lets a suspended process go on as if nothing had happened. */
    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int exit =
                new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
        if (exit != 0) {
            throw new WorkerException("kill " + signal + " of " + name + " ended with " + exit);
        }
    }

    /** Kills the process and waits a little until it is gone. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
