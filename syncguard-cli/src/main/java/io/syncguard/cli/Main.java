package io.syncguard.cli;

import java.util.Optional;
import java.util.logging.LogManager;

/** Starts the program. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        // Libraries log to the terminal, between the lines of a table. What matters of it is in the messages of
        // failures.
        LogManager.getLogManager().reset();
        Terminal terminal = Terminal.ofProcess();
        Optional<String> unreadable =
                ArgumentEncoding.problem(System.getProperty("sun.jnu.encoding", "UTF-8"), arguments);
        if (unreadable.isPresent()) {
            terminal.tell(Program.NAME + ": " + unreadable.get());
            System.exit(ExitCode.WRONG_USAGE);
        }
        int code = Program.run(terminal, System.getenv(), arguments);
        if (terminal.isClosed()) {
            terminal.tell(Program.NAME + ": the result could not be written to the end");
            System.exit(ExitCode.NOT_WRITTEN);
        }
        System.exit(code);
    }
}
