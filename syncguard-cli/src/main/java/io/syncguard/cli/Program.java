package io.syncguard.cli;

import io.syncguard.LockException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Puts the commands together and runs one. Stateless. */
final class Program {
    static final String NAME = "syncguard";

    private Program() {}

    /**
     * Runs the command that the arguments name. Returns its exit code. Blocks until it is done.
     *
     * @param environment where the URI may be
     */
    static int run(Terminal terminal, Map<String, String> environment, String... arguments) {
        CommandLine line = new CommandLine(new SyncGuardCommand());
        for (BackendCommand command : List.of(
                new ListCommand(),
                new ShowCommand(),
                new WatchCommand(),
                new ReleaseCommand(),
                new FencesCommand(),
                new DoctorCommand())) {
            command.connectTo(terminal, environment);
            line.addSubcommand(command);
        }
        return line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                // A key may begin with an at sign.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, given) -> wrongUsage(failure, terminal, given))
                .setExecutionExceptionHandler((failure, command, result) -> failed(failure, terminal))
                .execute(arguments);
    }

    private static int wrongUsage(ParameterException failure, Terminal terminal, String... arguments) {
        terminal.tell(NAME + ": " + withoutAddresses(failure.getMessage(), arguments));
        terminal.tell(
                "Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help' for more information.");
        return ExitCode.WRONG_USAGE;
    }

    /** Messages quote arguments, and an address among them may have a password. */
    private static String withoutAddresses(@Nullable String message, String... arguments) {
        String shown = String.valueOf(message);
        for (String argument : arguments) {
            if (argument.contains("://") || argument.contains("@")) {
                shown = shown.replace(argument, "(an address, not shown)");
            }
        }
        return Printable.of(shown);
    }

    private static int failed(Exception failure, Terminal terminal) {
        if (failure instanceof UsageException wrong) {
            terminal.tell(NAME + ": " + wrong.getMessage());
            return ExitCode.WRONG_USAGE;
        }
        if (failure instanceof LockException known) {
            terminal.tell(NAME + ": " + FailureWords.of(known));
            return ExitCode.of(known);
        }
        terminal.tell(NAME + ": a defect of this program, please report it: "
                + failure.getClass().getName() + " at " + place(failure));
        return ExitCode.DEFECT;
    }

    /** Not the message, which may quote anything. */
    private static String place(Exception failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0].toString();
    }
}
