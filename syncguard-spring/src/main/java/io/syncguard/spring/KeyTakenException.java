package io.syncguard.spring;

/** Ends a call that is to be skipped, and so releases the locks that it has acquired already. Never reaches the caller. */
final class KeyTakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyTakenException() {
        super("the call is skipped, because another holder has one of its locks", null, true, false);
    }
}
