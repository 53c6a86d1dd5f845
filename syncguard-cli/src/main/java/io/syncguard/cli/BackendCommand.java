package io.syncguard.cli;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.spi.LockBackend;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The common part of all commands: an address, the choice of JSON, and a backend for as long as they run. */
abstract class BackendCommand implements Callable<Integer> {
    @Mixin
    private final UriOptions address = new UriOptions();

    @Option(names = "--json", description = "Prints JSON instead of text.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help and exits.")
    @SuppressWarnings("unused") // picocli shows the help.
    private boolean help;

    private Terminal terminal = Terminal.NONE;
    private Map<String, String> environment = Map.of();

    /** Says where it reads and writes. To be called before it runs. */
    void connectTo(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public final Integer call() {
        checkArguments();
        String uri = address.uri(terminal, environment);
        try (LockBackend backend = (LockBackend) SyncGuard.openBackend(uri)) {
            return run(backend);
        }
    }

    /**
     * Checks the arguments before anything is connected; accepts them all by default.
     *
     * @throws UsageException if they cannot be used
     * @throws LockException {@code INVALID_ARGUMENT} if one is no key or id
     */
    void checkArguments() {}

    /**
     * Does the work. Blocks until it is done. Returns the exit code.
     *
     * @throws LockException if the server cannot be reached, or refuses
     */
    abstract int run(LockBackend backend);

    final Terminal terminal() {
        return terminal;
    }

    final boolean isJson() {
        return json;
    }
}
