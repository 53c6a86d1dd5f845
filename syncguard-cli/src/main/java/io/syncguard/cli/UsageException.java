package io.syncguard.cli;

/** Arguments that cannot be used. The message says what is wrong, what to do, and nothing secret. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
