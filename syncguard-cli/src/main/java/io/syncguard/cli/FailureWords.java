package io.syncguard.cli;

import io.syncguard.LockException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says in one line why something failed. Stateless. */
final class FailureWords {
    /** What Redis says of users and their rights. It names commands, and neither keys nor passwords. */
    private static final Pattern OF_RIGHTS =
            Pattern.compile("(NOPERM|WRONGPASS|NOAUTH|ERR The user executing the script can't) .*");

    private FailureWords() {}

    /** Returns the message, and what the server said if that is about rights. */
    static String of(LockException failure) {
        String message = Printable.of(String.valueOf(failure.getMessage()));
        String server = ofServer(failure.getCause());
        return server == null ? message : message + ": " + server;
    }

    private static @Nullable String ofServer(@Nullable Throwable cause) {
        String words = cause == null || cause.getMessage() == null ? "" : Printable.of(cause.getMessage());
        return OF_RIGHTS.matcher(words).matches() ? words : null;
    }
}
