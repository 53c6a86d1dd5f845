package io.syncguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.syncguard.redis.common.FenceMemory;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Says how much memory the fence counters take up (RDS-11). */
@Command(
        name = "fences",
        description =
                "Says how many fence counters a Redis keeps for these locks, and how much memory they take up. Looks at every key of"
                        + " the server, some hundred at a time.")
final class FencesCommand extends BackendCommand {
    @Override
    int run(LockBackend backend) {
        if (!(backend instanceof FenceMemory.Source)) {
            throw new UsageException("only Redis keeps fence counters beside the locks, and this is " + backend.name());
        }
        FenceMemory memory = counted(backend);
        if (isJson()) {
            ObjectNode json = JsonDocument.empty();
            json.put("keyPrefix", memory.keyPrefix());
            json.put("counters", memory.counters());
            json.put("bytes", memory.bytes());
            json.put("bytesEach", bytesEach(memory));
            terminal().print(JsonDocument.text(json));
        } else {
            terminal().print(line(memory));
        }
        return ExitCode.DONE;
    }

    @SuppressWarnings("try") // The progress is shown beside.
    private FenceMemory counted(LockBackend backend) {
        long begun = System.nanoTime();
        try (Progress progress = Progress.of(
                terminal(),
                () -> "counting for " + HumanDuration.of(Duration.ofNanos(System.nanoTime() - begun)) + " ...")) {
            return FenceMemory.of(backend);
        }
    }

    static String line(FenceMemory memory) {
        return String.format(
                Locale.ROOT,
                "%s: %,d fence counters, %,d bytes (%d each)",
                Printable.of(memory.keyPrefix()),
                memory.counters(),
                memory.bytes(),
                bytesEach(memory));
    }

    private static long bytesEach(FenceMemory memory) {
        return memory.counters() == 0 ? 0 : Math.round((double) memory.bytes() / memory.counters());
    }
}
