package io.syncguard.bench.handoff;

/** A race could not be run to its end, so there is no result; the message says why. */
final class RaceException extends Exception {
    private static final long serialVersionUID = 1L;

    RaceException(String message, Throwable cause) {
        super(message, cause);
    }

    RaceException(String message) {
        super(message);
    }
}
