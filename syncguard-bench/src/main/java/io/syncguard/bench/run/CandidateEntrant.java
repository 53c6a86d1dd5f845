package io.syncguard.bench.run;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.jmh.CandidateMain;
import io.syncguard.bench.jmh.Order;
import io.syncguard.bench.load.Load;
import io.syncguard.bench.load.Slice;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A candidate in a JVM of its own, which stays warm while others have their turn. */
public final class CandidateEntrant implements Entrant {
    private static final String EMULATOR = "FIRESTORE_EMULATOR_HOST";

    private final Candidate candidate;
    private final String redisUri;
    private final Optional<String> firestore;
    private final Duration warmUp;
    private @Nullable Process process;
    private @Nullable BufferedReader answers;

    /**
     * @param firestore where the Firestore emulator is, as host:port
     * @param warmUp how long it runs each load before any round
     */
    public CandidateEntrant(Candidate candidate, String redisUri, Optional<String> firestore, Duration warmUp) {
        this.candidate = candidate;
        this.redisUri = redisUri;
        this.firestore = firestore;
        this.warmUp = warmUp;
    }

    @Override
    public String name() {
        return candidate.name();
    }

    @Override
    public String title() {
        return candidate.title();
    }

    @Override
    public Kind kind() {
        return candidate.kind();
    }

    @Override
    public String lacks() {
        return candidate.lacks();
    }

    @Override
    public void prepare(Iterable<Load> loads) throws IOException {
        start();
        String answer = next();
        if (!answer.equals(CandidateMain.READY)) {
            throw new IOException(answer);
        }
        for (Load load : loads) {
            run(Order.unrecorded(load, warmUp.dividedBy(2), warmUp.dividedBy(2)));
        }
    }

    private void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-Djmh.ignoreLock=true"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CandidateMain.class.getName()));
        command.addAll(List.of(candidate.name(), redisUri));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        firestore.ifPresent(address -> environment.put(EMULATOR, address));
        Process started = builder.start();
        process = started;
        answers = started.inputReader(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<Slice> run(Order order) throws IOException {
        Objects.requireNonNull(process, "not prepared")
                .outputWriter(StandardCharsets.UTF_8)
                .append(order.line())
                .append('\n')
                .flush();
        String answer = next();
        if (answer.equals(CandidateMain.CANNOT)) {
            return Optional.empty();
        }
        if (!answer.startsWith(CandidateMain.SLICE)) {
            throw new IOException(answer);
        }
        return Optional.of(Slice.read(answer.substring(CandidateMain.SLICE.length())));
    }

    private String next() throws IOException {
        String answer = Objects.requireNonNull(answers, "not prepared").readLine();
        if (answer == null) {
            throw new IOException("its JVM ended early");
        }
        return answer;
    }

    /** Kills its JVM, which may have ended already, and waits a little until it is gone. */
    @Override
    public void close() {
        Process started = process;
        if (started == null) {
            return;
        }
        try {
            started.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
