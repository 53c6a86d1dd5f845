package io.syncguard.testcontainers;

import java.nio.file.Path;

/** Where a server comes from. */
sealed interface ServerChoice {
    /** It runs already. */
    record Running(String address) implements ServerChoice {}

    /** It is started from a file of this machine. */
    record Program(Path file) implements ServerChoice {}

    /** It is started in a container. */
    record Container(String image) implements ServerChoice {}

    /**
     * It cannot be had.
     *
     * @param reason why, and what to do
     * @param mustFail whether tests that need it must fail instead of being skipped
     */
    record Missing(String reason, boolean mustFail) implements ServerChoice {}
}
