package io.syncguard.examples;

/** What the user gave does not make sense; the message says why and what would. */
final class ArgumentException extends Exception {
    private static final long serialVersionUID = 1L;

    ArgumentException(String message) {
        super(message);
    }
}
