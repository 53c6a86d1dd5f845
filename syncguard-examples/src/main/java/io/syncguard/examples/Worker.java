package io.syncguard.examples;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes. Does what it is told, a line at a time, and answers a line each; ends when its input does, so it
 * cannot outlive the program that started it.
 */
final class Worker {
    /** The environment variable with the server's URL, which may hold a password and so is no argument. */
    static final String URL_VARIABLE = "SYNCGUARD_QUICKSTART_URL";

    private static final LockOptions PATIENT =
            LockOptions.defaults().withTimeout(Duration.ofSeconds(60)).withMaxRetries(10_000);

    private final SyncGuard guard;
    private final Ledger ledger;
    private @Nullable HeldLock held;

    private Worker(SyncGuard guard, Ledger ledger) {
        this.guard = guard;
        this.ledger = ledger;
    }

    /** Expects the ledger's file as its argument. */
    public static void main(String[] args) throws IOException, SQLException {
        String url = Objects.requireNonNull(System.getenv(URL_VARIABLE), URL_VARIABLE);
        try (SyncGuard guard = SyncGuard.connect(url);
                Ledger ledger = Ledger.open(Path.of(args[0]))) {
            Worker worker = new Worker(guard, ledger);
            answer("ready");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answer(worker.obey(order.split(" ")));
            }
        }
    }

    private static void answer(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private String obey(String[] order) throws SQLException {
        return switch (order[0]) {
            case "deposit-unlocked" -> depositUnlocked(Integer.parseInt(order[1]));
            case "deposit-locked" -> depositLocked(Integer.parseInt(order[1]));
            case "take" -> take(order[1], Duration.ofMillis(Long.parseLong(order[2])));
            case "write" -> write(order[1]);
            case "give-back" -> "given-back " + lock().release();
            default -> throw new IllegalArgumentException(order[0]);
        };
    }

    private String depositUnlocked(int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            ledger.depositOne();
        }
        return "deposited";
    }

    private String depositLocked(int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            guard.run("account", PATIENT, ledger::depositOne);
        }
        return "deposited";
    }

    private String take(String key, Duration ttl) {
        held = guard.acquire(key, PATIENT.withTtl(ttl));
        return "taken " + held.fence().value();
    }

    private String write(String content) throws SQLException {
        return ledger.writeReport(content, lock().fence()) ? "written" : "refused";
    }

    private HeldLock lock() {
        return Objects.requireNonNull(held, "no lock was taken");
    }
}
