package io.syncguard;

import io.syncguard.spi.AcquireResult;
import java.util.concurrent.CompletableFuture;

/**
 * An attempt that was begun for a thread in line, by whoever woke it.
 *
 * @param heldBackNanos for how long it leaves a free lock alone
 */
record StartedAttempt(CompletableFuture<AcquireResult> answer, long startedNanos, long heldBackNanos) {}
