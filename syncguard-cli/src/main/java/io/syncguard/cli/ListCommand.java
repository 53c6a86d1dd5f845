package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.spi.LockBackend;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the locks that are held. */
@Command(
        name = "list",
        description =
                "Lists the locks that are held. On Redis it looks at every key of the server, some hundred at a time, so that"
                        + " nobody has to wait for it.")
final class ListCommand extends BackendCommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "What the keys of the locks begin with. All locks without it.")
    private String prefix = "";

    @Option(names = "--limit", paramLabel = "N", description = "Shows the first N locks.")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "LEFT",
            description =
                    "LEFT: what ends first comes first (default). HELD: what is held for longest. WAITING: what most wait for.")
    private LockOrder order = LockOrder.LEFT;

    @Mixin
    private final RawOptions raw = new RawOptions();

    @Override
    void checkArguments() {
        raw.check();
        if (limit < 1) {
            throw new UsageException("--limit is 1 or more");
        }
    }

    @Override
    int run(LockBackend backend) {
        List<LockView> locks = locks(backend);
        List<LockView> shown =
                locks.stream().sorted(order.comparator()).limit(limit).toList();
        LockTable table = new LockTable(shown, raw);
        if (isJson()) {
            ObjectNode json = JsonDocument.empty();
            json.put("total", locks.size());
            table.describe(json.putArray("locks"));
            terminal().print(JsonDocument.text(json));
        } else {
            table.lines().forEach(terminal()::print);
            terminal().print(count(shown.size(), locks.size()));
        }
        return ExitCode.DONE;
    }

    @SuppressWarnings("try") // The progress is shown beside.
    private List<LockView> locks(LockBackend backend) {
        LockScan scan = new LockScan(backend, prefix);
        try (Progress progress = Progress.of(terminal(), () -> scan.found() + " locks so far ...")) {
            return scan.locks();
        }
    }

    private static String count(int shown, int all) {
        String locks = all == 1 ? "1 lock" : all + " locks";
        return shown == all ? locks : shown + " of " + locks;
    }
}
