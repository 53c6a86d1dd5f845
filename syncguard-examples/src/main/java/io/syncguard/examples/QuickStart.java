package io.syncguard.examples;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import java.io.IOException;
import java.io.PrintStream;

/**
 * Shows in about twenty seconds, with real processes on a real Redis, what a distributed lock is for and what this one
 * does when a holder dies or comes back late. Ends with a table of claims and exit code 0 only if all of them held.
 */
public final class QuickStart {
    private static final int ALL_HELD = 0;
    private static final int A_CLAIM_FAILED = 1;
    private static final int NOT_RUN = 2;

    private QuickStart() {}

    /** Runs it; {@code --help} says what can be given. */
    public static void main(String[] args) {
        int exit = run(args, System.out);
        if (exit != ALL_HELD) {
            System.exit(exit);
        }
    }

    /** Returns the exit code: 0 if every claim held, 1 if one did not, 2 if it could not be run. */
    static int run(String[] args, PrintStream out) {
        try {
            Arguments arguments = Arguments.parse(args);
            if (arguments.help()) {
                out.println(Arguments.USAGE);
                return ALL_HELD;
            }
            return arguments.url().isPresent() ? on(arguments.url().get(), out) : onServerOfItsOwn(out);
        } catch (ArgumentException | LockException e) {
            out.println("The quick start could not be run: " + e.getMessage());
            return NOT_RUN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.println("The quick start was interrupted.");
            return NOT_RUN;
        } catch (IOException | WorkerException e) {
            out.println("The quick start broke off: " + e.getMessage());
            return NOT_RUN;
        }
    }

    private static int onServerOfItsOwn(PrintStream out) throws IOException, InterruptedException {
        out.println("Starting a Redis server for this run ...");
        try (RedisTestServer server = RedisTestServer.startDurable()) {
            // Each process opens its first connection, which takes its time on a busy machine.
            return on(server.uri() + "?operationTimeoutMillis=20000", out);
        }
    }

    private static int on(String url, PrintStream out) throws IOException, InterruptedException {
        try (SyncGuard guard = SyncGuard.connect(url)) {
            // Before any process is started: is there a server, and does it let us in?
            var unused = guard.isLocked("quick start");
        }
        Claims claims = new Claims(out);
        try (Workshop workshop = Workshop.open(url, out)) {
            LostUpdates.show(workshop, claims);
            KilledHolder.show(workshop, claims);
            StalledHolder.show(workshop, claims);
        }
        claims.print();
        return claims.allHold() ? ALL_HELD : A_CLAIM_FAILED;
    }
}
