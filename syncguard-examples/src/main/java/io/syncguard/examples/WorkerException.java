package io.syncguard.examples;

/** A worker process died or answered what it should not. */
final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WorkerException(String message) {
        super(message);
    }
}
