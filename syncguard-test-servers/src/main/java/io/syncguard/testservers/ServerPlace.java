package io.syncguard.testservers;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where a server runs. Immutable.
 *
 * @param address the address that it listens on, and that reaches it from here
 * @param launcher what a command is preceded by that is to run there
 */
public record ServerPlace(String address, List<String> launcher) {
    /** This machine, for nobody else. */
    public static final ServerPlace LOOPBACK = new ServerPlace("127.0.0.1", List.of());

    /** Copies the launcher. */
    public ServerPlace {
        launcher = List.copyOf(launcher);
    }

    /** Returns the settings of a Redis server that runs there. */
    List<String> settings() {
        return equals(LOOPBACK)
                ? List.of("--bind", address)
                // It would turn away whom the address is for.
                : List.of("--bind", address, "--protected-mode", "no");
    }

    /** Returns a command that runs there. */
    List<String> command(List<String> command) {
        return Stream.concat(launcher.stream(), command.stream()).toList();
    }
}
