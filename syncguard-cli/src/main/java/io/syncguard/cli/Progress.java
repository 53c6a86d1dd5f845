package io.syncguard.cli;

import io.syncguard.spi.DaemonThreads;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Says each second, on a terminal, that something takes long, and takes the line away at the end. */
final class Progress implements AutoCloseable {
    private static final String ERASE = "\r\u001b[K";

    private final Terminal terminal;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("syncguard-cli-progress"));

    /** Guarded by this. */
    private boolean shown;

    private Progress(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Begins to count the seconds.
     *
     * @param words what to say
     */
    static Progress of(Terminal terminal, Supplier<String> words) {
        Progress progress = new Progress(terminal);
        if (terminal.interactive()) {
            var unused = progress.timer.scheduleAtFixedRate(() -> progress.show(words.get()), 1, 1, TimeUnit.SECONDS);
        }
        return progress;
    }

    private synchronized void show(String words) {
        if (!timer.isShutdown()) {
            shown = true;
            terminal.err().print(ERASE + words);
            terminal.err().flush();
        }
    }

    @Override
    public synchronized void close() {
        timer.shutdownNow();
        if (shown) {
            terminal.err().print(ERASE);
            terminal.err().flush();
        }
    }
}
