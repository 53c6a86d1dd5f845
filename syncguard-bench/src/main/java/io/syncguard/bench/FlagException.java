package io.syncguard.bench;

/** What was given on the command line does not make sense; the message says why and what would. */
final class FlagException extends Exception {
    private static final long serialVersionUID = 1L;

    FlagException(String message) {
        super(message);
    }
}
