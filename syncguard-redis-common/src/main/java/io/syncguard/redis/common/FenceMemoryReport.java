package io.syncguard.redis.common;

import io.syncguard.Backend;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Says on the command line how much memory of a Redis the fence counters of a prefix take up:
 *
 * <pre>{@code java -cp … io.syncguard.redis.common.FenceMemoryReport redis://localhost:6379?keyPrefix=my-app}</pre>
 *
 * Exits with 0, or with 2 and a message if it could not be found out.
 */
public final class FenceMemoryReport {
    private static final int FAILED = 2;

    private FenceMemoryReport() {}

    /** Runs it with the URI of a backend. */
    public static void main(String[] args) {
        int code = run(System.out, System.err, args);
        if (code != 0) {
            System.exit(code);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        if (args.length != 1) {
            err.println("Usage: FenceMemoryReport URI, such as redis://localhost:6379?keyPrefix=my-app");
            return FAILED;
        }
        try (Backend backend = SyncGuard.openBackend(args[0])) {
            out.println(line(FenceMemory.of(backend)));
            return 0;
        } catch (LockException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    static String line(FenceMemory memory) {
        long each = memory.counters() == 0 ? 0 : Math.round((double) memory.bytes() / memory.counters());
        return String.format(
                Locale.ROOT,
                "%s: %,d fence counters, %,d bytes (%d each)",
                memory.keyPrefix(),
                memory.counters(),
                memory.bytes(),
                each);
    }
}
