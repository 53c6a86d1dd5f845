package io.syncguard.bench.candidate;

import java.util.concurrent.CompletionStage;

/** Takes a lock that nobody else wants and gives it back, without blocking. One at a time. */
@FunctionalInterface
public interface AsyncPair {
    /** Starts it; the stage completes when the lock has been given back, or fails if it was not to be had. */
    CompletionStage<?> run();
}
