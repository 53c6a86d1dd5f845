package io.syncguard.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A JVM with the class path of this one, whose clock may be wrong. For one thread. */
final class ClientJvm implements ClientProcess {
    private static final String FAKETIME = "faketime";

    /** Comes after the last answer. */
    private static final String END = "";

    private static final int MOST_ERROR_CHARACTERS = 4_000;

    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private ClientJvm(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        Thread reader = new Thread(this::read, "conformance-client");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a process, and does not wait until it has begun. Skips the test if the process is to have a wrong clock, and this machine
     * cannot give it one.
     *
     * @param uri opens its backend
     * @param environment what it has in addition to the environment of this process
     * @param clockAhead how much its wall clock is ahead of this process's, negative if behind
     */
    static ClientJvm start(String uri, Map<String, String> environment, View view, Duration clockAhead) {
        List<String> command = new ArrayList<>(clockAhead.isZero() ? List.of() : wrongClock(clockAhead));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Starts sooner.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ClientMain.class.getName()));
        try {
            Path errors = Files.createTempFile("conformance-client-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            if (!clockAhead.isZero()) {
                // The mend for an old fault of glibc lets timed waits of a JVM take far too long.
                builder.environment().put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
            }
            ClientJvm started = new ClientJvm(builder.start(), errors);
            started.tell(uri);
            started.tell(view.name());
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("no process could be started for a client", e);
        }
    }

    private static List<String> wrongClock(Duration ahead) {
        Optional<Path> faketime = Arrays.stream(
                        String.valueOf(System.getenv("PATH")).split(":"))
                .map(directory -> Path.of(directory, FAKETIME))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(
                faketime.isPresent(),
                "the test needs the command faketime, which gives a process a wrong clock: install it (Debian's package of that"
                        + " name) to have the rule checked");
        String offset = (ahead.isNegative() ? "-" : "+") + ahead.abs().toSeconds() + "s";
        // The clock that measures time passing goes right.
        return List.of(faketime.get().toString(), "--exclude-monotonic", "-f", offset);
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // It was killed.
        }
        answers.add(END);
    }

    private void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    @Override
    public String does(String command) {
        try {
            tell(command);
            // It may have to start first.
            String answer = answers.poll(Await.longest().multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null || answer.equals(END)) {
                throw failed(answer == null ? "does not answer" : "has ended", command);
            }
            return answer;
        } catch (IOException e) {
            throw failed("does not listen", command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was not waited for", command);
        }
    }

    private IllegalStateException failed(String what, String command) {
        String told = "";
        try {
            told = Files.readString(errors);
        } catch (IOException e) {
            // The rest of the message will do.
        }
        return new IllegalStateException("a client in a process of its own " + what + " when it is to do '"
                + command.replaceFirst(" .*", "") + "'; its standard error: "
                + told.substring(Math.max(0, told.length() - MOST_ERROR_CHARACTERS)));
    }

    @Override
    public void kill() {
        end();
    }

    @Override
    public void close() {
        end();
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            // Nothing is lost by a file that stays.
        }
    }

    private void end() {
        // What gives it a wrong clock may be a process around it, which ends with it.
        List<ProcessHandle> inside = process.descendants().toList();
        inside.forEach(ProcessHandle::destroyForcibly);
        if (inside.isEmpty()) {
            process.destroyForcibly();
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(Await.longest().toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
