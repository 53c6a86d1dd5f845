package io.syncguard.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is run without the name of a command: it says that one is missing. */
@Command(
        name = Program.NAME,
        mixinStandardHelpOptions = true,
        versionProvider = SyncGuardCommand.Version.class,
        description =
                "Lists, shows, watches and releases the locks of SyncGuard in Redis or Firestore, and checks the server that"
                        + " keeps them.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:show or release found no lock or released none; doctor found something to mend",
            "2:wrong usage, or an argument or URI that cannot be used",
            "3:the server could not be reached, or refused",
            "70:a defect of this program",
            "74:the result could not be written",
            "130:ended by Ctrl-C"
        },
        footer = {
            "",
            "The address comes from --uri, --uri-file or the environment variable SYNCGUARD_URI. An address with a password is refused in"
                    + " --uri, because other users of the machine see the arguments of programs."
        })
final class SyncGuardCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // Set before it runs.
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "a command is missing: list, show, watch, release, fences or doctor");
    }

    /** Says the version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = SyncGuardCommand.class.getPackage().getImplementationVersion();
            return new String[] {Program.NAME + " " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
