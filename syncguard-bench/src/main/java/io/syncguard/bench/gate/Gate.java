package io.syncguard.bench.gate;

import io.syncguard.bench.candidate.Kinds;
import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.bench.report.Environment;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Holds the library to its targets, which {@link Target} lists, on one real Redis and in one cluster, which it starts. What is compared is
 * measured side by side in this run. Whatever it started ends with it, also when it is interrupted.
 */
public final class Gate {
    private static final int MET = 0;
    private static final int MISSED = 1;
    private static final int NOT_RUN = 2;

    private static final Path REPORT = Path.of("target", "bench", "gate.md");

    private final GateFlags flags;
    private final PrintStream progress;

    private Gate(GateFlags flags, PrintStream progress) {
        this.flags = flags;
        this.progress = progress;
    }

    /**
     * Runs it; {@code --help} says what can be given. Prints a table of all targets and writes it to {@code
     * target/bench/gate.md} below the working directory. Exits with 0 if all are met, 1 if one was missed or could not be
     * measured, 2 if the flags made no sense.
     */
    public static void main(String[] args) {
        // Clients of others may leave threads behind.
        System.exit(run(args));
    }

    private static int run(String... args) {
        try {
            GateFlags flags = GateFlags.parse(args);
            if (flags.help()) {
                System.out.println(GateFlags.USAGE);
                return MET;
            }
            return new Gate(flags, System.err).run();
        } catch (FlagException e) {
            System.err.println(e.getMessage() + "\n\n" + GateFlags.USAGE);
            return NOT_RUN;
        } catch (IOException e) {
            System.err.println("The table could not be written: " + e.getMessage());
            return MISSED;
        } catch (InterruptedException e) {
            System.err.println("Interrupted.");
            return MISSED;
        }
    }

    private int run() throws IOException, InterruptedException {
        long started = System.nanoTime();
        long missed;
        try (RedisTestServer server = RedisTestServer.start();
                RedisMonitor monitor = new RedisMonitor(server.uri())) {
            Checks checks = new Checks(server.uri(), monitor, flags, progress);
            MachineMode mode = checks.mode();
            progress.println(mode.line());
            Verdicts verdicts = new Verdicts(flags.targets(), mode);
            check(verdicts, checks::pairs, "T1", "T3", "T4", "T6");
            check(verdicts, checks::floor, "T2", "T7");
            check(verdicts, checks::serverTime, "T5");
            check(verdicts, checks::handOff, "T8");
            check(verdicts, checks::memory, "T9");
            check(verdicts, checks::growth, "T10");
            check(verdicts, checks::heartbeats, "T10");
            check(verdicts, checks::handedIn, "T11");
            check(verdicts, checks::cluster, "T12");
            write(monitor.serverVersion(), mode, verdicts);
            missed = verdicts.missed();
        }
        progress.printf(
                "%d of %d targets missed, in %d s%n",
                missed, flags.targets().size(), (System.nanoTime() - started) / 1_000_000_000);
        return missed == 0 ? MET : MISSED;
    }

    private void check(Verdicts verdicts, Check check, String... groups) throws InterruptedException {
        if (!flags.wants(groups)) {
            return;
        }
        progress.println("measuring " + String.join(", ", groups));
        try {
            verdicts.add(check.run());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // Its targets stay without a reading, and so are missed.
            progress.println("failed: " + Kinds.of(e));
        }
    }

    private static void write(String redisVersion, MachineMode mode, Verdicts verdicts) throws IOException {
        String text = "# Targets\n\n" + Environment.markdown(redisVersion) + "- " + mode.line() + "\n\n"
                + verdicts.markdown();
        Files.createDirectories(REPORT.toAbsolutePath().getParent());
        Files.writeString(REPORT, text);
        System.out.print(text);
    }
}
