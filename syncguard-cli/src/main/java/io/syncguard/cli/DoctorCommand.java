package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisServerState;
import io.syncguard.spi.LockBackend;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the server that keeps the locks, and the rights of the user. */
@Command(
        name = "doctor",
        description =
                "Checks whether locks can be acquired, and whether the settings of the server, its topology, its clock and the"
                        + " rights of this user are as docs/redis.md and docs/firestore.md say. Changes nothing, unless --write is given.")
final class DoctorCommand extends BackendCommand {
    private static final String FIRESTORE = "firestore";

    @Option(
            names = "--write",
            description = "Also acquires and releases a lock on the key '" + WriteCheck.KEY
                    + "', whose counter or document stays.")
    private boolean write;

    @Override
    int run(LockBackend backend) {
        Findings findings = new Findings();
        LockException noPing = ping(backend);
        if (backend instanceof RedisServerState.Source redis) {
            List<RedisServerState> servers = servers(redis, noPing);
            reportPing(noPing, findings);
            new RedisChecks(servers, findings).run();
        } else if (noPing != null) {
            throw noPing;
        } else {
            findings.ok("reading", "the server answers");
            if (backend.name().equals(FIRESTORE)) {
                FirestoreChecks.run(findings, write);
            }
        }
        LookupChecks.run(backend, findings);
        if (write) {
            WriteCheck.run(backend, findings);
        }
        report(findings);
        return findings.toMend() == 0 ? ExitCode.DONE : ExitCode.NOTHING_FOUND;
    }

    private static @Nullable LockException ping(LockBackend backend) {
        try {
            backend.ping();
            return null;
        } catch (LockException e) {
            return e;
        }
    }

    /** A server that refuses writes answers other questions. One that cannot be reached does not. */
    private static List<RedisServerState> servers(RedisServerState.Source redis, @Nullable LockException noPing) {
        try {
            return redis.serverStates();
        } catch (LockException e) {
            throw noPing == null ? e : noPing;
        }
    }

    private static void reportPing(@Nullable LockException noPing, Findings findings) {
        if (noPing == null) {
            findings.ok("writing", "the server would accept an acquire");
        } else {
            findings.fail(
                    "writing",
                    "the server would refuse an acquire: " + FailureWords.of(noPing),
                    "see the other lines for the cause",
                    "docs/redis.md#ping-at-the-start");
        }
    }

    private void report(Findings findings) {
        if (isJson()) {
            ObjectNode json = JsonDocument.empty();
            json.put("toMend", findings.toMend());
            ArrayNode all = json.putArray("findings");
            findings.all().forEach(each -> each.describe(all.addObject()));
            terminal().print(JsonDocument.text(json));
            return;
        }
        findings.all().forEach(this::print);
        terminal()
                .print(
                        findings.toMend() == 0
                                ? "nothing to mend"
                                : "to mend: " + findings.toMend() + " of "
                                        + findings.all().size());
    }

    private void print(Finding finding) {
        String server = finding.server().isEmpty() ? "" : finding.server() + ": ";
        line(finding.status().name(), finding.check(), server + finding.text());
        if (!finding.advice().isEmpty()) {
            line("", "", finding.advice());
        }
        if (!finding.section().isEmpty() && finding.status() != Finding.Status.OK) {
            line("", "", "see " + finding.section());
        }
    }

    private void line(String status, String check, String text) {
        terminal().print(String.format("%-5s %-12s %s", status, check, Printable.of(text)));
    }
}
