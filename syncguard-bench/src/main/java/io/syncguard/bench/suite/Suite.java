package io.syncguard.bench.suite;

import io.syncguard.bench.candidate.Candidate;
import io.syncguard.bench.candidate.Candidates;
import io.syncguard.bench.candidate.Kind;
import io.syncguard.bench.candidate.Kinds;
import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.handoff.HandOffRaces;
import io.syncguard.bench.handoff.HandOffResult;
import io.syncguard.bench.probe.MemoryProbe;
import io.syncguard.bench.probe.MemoryUse;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.bench.run.Field;
import io.syncguard.bench.run.Results;
import io.syncguard.bench.run.Rounds;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares this library with the bare clients, with its peers and with a load generator, side by side on one real Redis and in one
 * cluster, which it starts, and writes tables and charts. Whatever it started ends with it, also when it is interrupted.
 */
public final class Suite {
    private static final int DONE = 0;
    private static final int BROKE_OFF = 1;
    private static final int NOT_RUN = 2;

    private static final Path FOLDER = Path.of("target", "bench");
    private static final String CHARTS = "benchmarks";
    private static final List<Integer> CONTENDERS = List.of(2, 8, 64);

    private final SuiteFlags flags;
    private final PrintStream progress;

    private Suite(SuiteFlags flags, PrintStream progress) {
        this.flags = flags;
        this.progress = progress;
    }

    /**
     * Runs it, {@code quick} or {@code full}; {@code --help} says what else can be given. Prints the report and writes it to
     * {@code target/bench} below the working directory, with its charts and JMH's results. Exits with 0 when that is done, 1 if
     * it broke off, 2 if the flags made no sense.
     */
    public static void main(String[] args) {
        // Clients of others may leave threads behind.
        System.exit(run(args));
    }

    private static int run(String... args) {
        try {
            SuiteFlags flags = SuiteFlags.parse(args);
            if (flags.help()) {
                System.out.println(SuiteFlags.USAGE);
            } else {
                new Suite(flags, System.err).run();
            }
            return DONE;
        } catch (FlagException e) {
            System.err.println(e.getMessage() + "\n\n" + SuiteFlags.USAGE);
            return NOT_RUN;
        } catch (IOException e) {
            System.err.println("The report could not be written: " + e.getMessage());
            return BROKE_OFF;
        } catch (InterruptedException e) {
            System.err.println("Interrupted.");
            return BROKE_OFF;
        }
    }

    private void run() throws IOException, InterruptedException {
        long started = System.nanoTime();
        Path json = Files.createDirectories(FOLDER.resolve("jmh").toAbsolutePath());
        try (RedisTestServer server = RedisTestServer.start();
                RedisMonitor monitor = new RedisMonitor(server.uri());
                Field field = new Field(
                        flags.entrants(), server.uri(), monitor, flags.size().warmUp(), progress)) {
            Rounds rounds = new Rounds(
                    flags.rounds(),
                    flags.size().roundsOfJvm(),
                    flags.size().sliceWarmUp(),
                    flags.slice(),
                    field::empty,
                    Optional.of(json),
                    progress);
            Results results = rounds.run(field.entrants(), flags.size().loads());
            JmhJson.collect(json, FOLDER.resolve("jmh.json"));
            field.stop();
            Map<String, String> failures = new TreeMap<>(rounds.failures());
            List<MemoryUse> memory = memory(server, monitor, failures);
            List<HandOffResult> handOffs = handOffs(server, monitor);
            Findings findings = new Findings(field.entrants(), results, handOffs, memory, field.skipped(), failures);
            write(findings, monitor.serverVersion());
        }
        progress.printf("done in %d s%n", (System.nanoTime() - started) / 1_000_000_000);
    }

    private List<MemoryUse> memory(RedisTestServer server, RedisMonitor monitor, Map<String, String> failures)
            throws InterruptedException {
        List<MemoryUse> uses = new ArrayList<>();
        for (Candidate candidate : wanted()) {
            if (candidate.kind() == Kind.FLOOR
                    || candidate.inCluster()
                    || candidate.missing().isPresent()
                    || candidate.name().contains("firestore")) {
                continue;
            }
            progress.println("memory: " + candidate.name());
            try {
                uses.add(
                        candidate.acrossJvms()
                                ? MemoryProbe.inRedis(candidate, server.uri(), monitor)
                                : MemoryProbe.inHeap(candidate));
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                failures.put(candidate.name() + ", memory", Kinds.of(e));
            }
        }
        return uses;
    }

    private List<HandOffResult> handOffs(RedisTestServer server, RedisMonitor monitor) throws InterruptedException {
        List<Candidate> contending = wanted().stream().filter(Candidate::waits).toList();
        if (!flags.handOff() || contending.isEmpty()) {
            return List.of();
        }
        return new HandOffRaces(server.uri(), monitor, progress)
                .run(
                        contending,
                        HandOffRaces.settings(CONTENDERS, flags.size().pauses()),
                        flags.size().raceSeconds(),
                        flags.size().raceRounds());
    }

    private List<Candidate> wanted() {
        return Candidates.ALL.stream()
                .filter(candidate -> flags.entrants().contains(candidate.name()))
                .toList();
    }

    private void write(Findings findings, String redisVersion) throws IOException {
        Path charts = Files.createDirectories(FOLDER.resolve(CHARTS));
        Files.writeString(charts.resolve("throughput.svg"), Charts.throughput(findings));
        Files.writeString(charts.resolve("latency.svg"), Charts.latency(findings));
        if (!findings.handOffs().isEmpty()) {
            Files.writeString(charts.resolve("hand-off.svg"), Charts.handOff(findings));
        }
        String report = SuiteReport.of(findings, flags, redisVersion, CHARTS);
        Files.writeString(FOLDER.resolve("benchmarks.md"), report);
        System.out.print(report);
        progress.println("written: " + FOLDER.resolve("benchmarks.md") + ", its charts beside it, and jmh.json");
    }
}
