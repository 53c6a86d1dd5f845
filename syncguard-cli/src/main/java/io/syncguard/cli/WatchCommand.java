package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.BackendUnavailableException;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows again and again which locks are held and waited for. */
@Command(
        name = "watch",
        description =
                "Shows again and again which locks are held, those that most wait for first. On a terminal the table stays in"
                        + " place. Ctrl-C ends it. Each refresh reads all that 'list' reads.")
final class WatchCommand extends BackendCommand {
    private static final String HOME = "\u001b[H";
    private static final String CLEAR = "\u001b[2J";
    private static final String END_OF_LINE = "\u001b[K";
    private static final String END_OF_SCREEN = "\u001b[J";

    @Parameters(
            arity = "0..1",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "What the keys of the locks begin with. All locks without it.")
    private String prefix = "";

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = Interval.class,
            defaultValue = "2s",
            description = "The pause between refreshes, such as 500ms, 2s (default) or 1m.")
    private Duration every = Duration.ofSeconds(2);

    @Option(names = "--count", paramLabel = "N", description = "Ends after N refreshes.")
    private int count = Integer.MAX_VALUE;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "Shows the first N locks (default 20).")
    private int limit = 20;

    @Mixin
    private final RawOptions raw = new RawOptions();

    @Override
    void checkArguments() {
        raw.check();
        if (count < 1 || limit < 1) {
            throw new UsageException("--count and --limit are 1 or more");
        }
    }

    @Override
    int run(LockBackend backend) {
        LockScan scan = new LockScan(backend, prefix);
        int code = ExitCode.DONE;
        for (int refresh = 1; ; refresh++) {
            try {
                show(scan.locks(), refresh);
                code = ExitCode.DONE;
            } catch (BackendUnavailableException away) {
                // Worth watching too, once it has been there.
                if (refresh == 1) {
                    throw away;
                }
                terminal().tell(Program.NAME + ": " + FailureWords.of(away));
                code = ExitCode.of(away);
            }
            if (refresh == count || terminal().isClosed() || !isPaused()) {
                return code;
            }
        }
    }

    private void show(List<LockView> locks, int refresh) {
        LockTable table = new LockTable(
                locks.stream()
                        .sorted(LockOrder.WAITING.comparator())
                        .limit(limit)
                        .toList(),
                raw);
        int waiting = locks.stream().mapToInt(each -> each.waiting().orElse(0)).sum();
        if (isJson()) {
            ObjectNode json = JsonDocument.empty();
            Instant now = Instant.now();
            json.put("at", now.toString());
            json.put("atMillis", now.toEpochMilli());
            json.put("total", locks.size());
            json.put("waiting", waiting);
            table.describe(json.putArray("locks"));
            terminal().print(JsonDocument.line(json));
            return;
        }
        String summary =
                Instant.now().truncatedTo(ChronoUnit.SECONDS) + "  locks: " + locks.size() + "  waiting: " + waiting;
        if (terminal().interactive()) {
            redraw(summary, table.lines(), refresh == 1);
        } else {
            terminal().print(summary);
            table.lines().forEach(terminal()::print);
            terminal().print("");
        }
    }

    /** Writes over what is there instead of clearing it first, which would flicker. */
    private void redraw(String summary, List<String> lines, boolean first) {
        StringBuilder screen = new StringBuilder(first ? HOME + CLEAR : HOME);
        screen.append(summary).append(END_OF_LINE).append("\n");
        lines.forEach(line -> screen.append(line).append(END_OF_LINE).append("\n"));
        terminal().out().print(screen.append(END_OF_SCREEN));
        terminal().out().flush();
    }

    private boolean isPaused() {
        try {
            TimeUnit.NANOSECONDS.sleep(every.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
