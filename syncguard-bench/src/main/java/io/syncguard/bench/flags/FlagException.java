package io.syncguard.bench.flags;

/** What was given on the command line does not make sense; the message says why and what would. */
public final class FlagException extends Exception {
    private static final long serialVersionUID = 1L;

    public FlagException(String message) {
        super(message);
    }
}
