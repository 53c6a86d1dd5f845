package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Lease;
import io.syncguard.bench.report.Table;
import java.util.List;

/** What the contest came to, in Markdown. Not thread-safe. */
final class Report {
    private final StringBuilder text = new StringBuilder();

    /** Begins it with what was measured and where. */
    Report(Flags flags, String redisVersion) {
        text.append("# Contended hand-off\n\n")
                .append(mode(flags))
                .append(". ")
                .append(Terms.WORK.toMillis())
                .append(" ms of work under the lock, ttl ")
                .append(Lease.TTL.toSeconds())
                .append(" s, patience ")
                .append(Lease.PATIENCE.toSeconds())
                .append(" s; ")
                .append(flags.seconds())
                .append(" s after ")
                .append(Terms.WARM_UP.toSeconds())
                .append(" s of warm-up or more; medians of ")
                .append(flags.rounds())
                .append(" interleaved rounds, sums of timeouts, failures and overlaps.\nRedis ")
                .append(redisVersion)
                .append(" on loopback, Java ")
                .append(Runtime.version())
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors for all of it.\n\n")
                .append(
                        "A cross hand-off lasts from just before one contender calls to give the lock back until another's\n")
                .append("call for it has returned. Commands include those that scripts call.\n");
    }

    private static String mode(Flags flags) {
        if (flags.jvms()) {
            return "A JVM for each contender";
        }
        return flags.shared()
                ? "Threads of one JVM that share one client"
                : "Threads of one JVM with a client for each";
    }

    /** Adds a table and returns its text. */
    String add(Setting setting, List<Standing> standings) {
        Table table = Standing.table();
        standings.forEach(standing -> standing.addTo(table));
        String section = "\n## " + setting.title() + "\n\n" + table.markdown();
        text.append(section);
        return section;
    }

    /** Returns all of it so far. */
    String markdown() {
        return text.toString();
    }
}
