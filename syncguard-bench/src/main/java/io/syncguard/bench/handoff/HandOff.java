package io.syncguard.bench.handoff;

import io.syncguard.bench.flags.FlagException;
import io.syncguard.bench.redis.RedisMonitor;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Measures how a lock that many want goes from one to the next, with this library and its peers side by side on one real
 * Redis, which it starts. Each contender takes the lock, is busy for a millisecond, and gives it back, over and over.
 *
 * <p>A <i>cross hand-off</i> lasts from just before one contender calls to give the lock back until <i>another</i>
 * contender's call for it has returned. Sections per second alone would flatter a lock that lets the same contender have
 * it again and again; so judge by hand-offs, the worst wait and the turns together.
 *
 * <p>With {@code --jvms}, each contender has a JVM of its own, and times of several JVMs are compared. {@link
 * System#nanoTime()} does not promise that this makes sense. On Linux it does, on one machine: all JVMs read {@code
 * CLOCK_MONOTONIC}.
 */
public final class HandOff {
    private static final int DONE = 0;
    private static final int BROKE_OFF = 1;
    private static final int NOT_RUN = 2;

    private static final Path REPORT = Path.of("target", "bench", "hand-off.md");

    private HandOff() {}

    /**
     * Runs it, which may take half an hour; {@code --help} says what can be given. Prints a table for each setting and
     * writes all of them to {@code target/bench/hand-off.md} below the working directory. Exits with 0 when that is
     * done, 1 if it broke off, 2 if the flags made no sense.
     */
    public static void main(String[] args) {
        // Clients of others may leave threads behind.
        System.exit(run(args));
    }

    private static int run(String... args) {
        try {
            Flags flags = Flags.parse(args);
            if (flags.help()) {
                System.out.println(Flags.USAGE);
            } else {
                measure(flags);
            }
            return DONE;
        } catch (FlagException e) {
            System.err.println(e.getMessage() + "\n\n" + Flags.USAGE);
            return NOT_RUN;
        } catch (IOException e) {
            System.err.println("The report could not be written: " + e.getMessage());
            return BROKE_OFF;
        } catch (InterruptedException e) {
            System.err.println("Interrupted.");
            return BROKE_OFF;
        }
    }

    private static void measure(Flags flags) throws IOException, InterruptedException {
        try (RedisTestServer server = RedisTestServer.start();
                RedisMonitor monitor = new RedisMonitor(server.uri())) {
            Race race = flags.jvms()
                    ? new ProcessRace(server.uri(), monitor)
                    : new ThreadRace(server.uri(), monitor, flags.shared());
            Contest contest = new Contest(flags, race, monitor, System.err);
            Report report = new Report(flags, monitor.serverVersion());
            System.out.print(report.markdown());
            for (Setting setting : flags.settings()) {
                System.out.print(report.add(setting, contest.in(setting)));
                // After each, so that a run that is cut short leaves something.
                write(report);
            }
        }
    }

    private static void write(Report report) throws IOException {
        Files.createDirectories(REPORT.toAbsolutePath().getParent());
        Files.writeString(REPORT, report.markdown());
    }
}
