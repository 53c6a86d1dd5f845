package io.syncguard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The locks a guard's callers hold, so that closing it gives them back. Those that were left to expire are forgotten now
 * and then, so that they do not pile up. Thread-safe.
 */
final class HeldLocks {
    private static final int SWEEP_ONE_IN = 1_024;

    private final Set<LockHandle> handles = ConcurrentHashMap.newKeySet();
    private volatile long sweepAbove = SWEEP_ONE_IN;

    void add(LockHandle handle) {
        handles.add(handle);
        if (ThreadLocalRandom.current().nextInt(SWEEP_ONE_IN) == 0 && handles.size() > sweepAbove) {
            handles.removeIf(LockHandle::isLongOver);
            sweepAbove = Math.max(SWEEP_ONE_IN, 2L * handles.size());
        }
    }

    void remove(LockHandle handle) {
        handles.remove(handle);
    }

    int size() {
        return handles.size();
    }

    /**
     * Gives all of them back, side by side.
     *
     * @return how many were not given back within the time
     */
    int giveBackAll(Duration timeout) {
        List<CompletableFuture<Boolean>> calls = new ArrayList<>();
        for (LockHandle handle : handles) {
            if (!handle.isLongOver()) {
                calls.add(handle.giveBackForClosing());
            }
        }
        boolean interrupted = Thread.interrupted();
        try {
            CompletableFuture.allOf(calls.toArray(CompletableFuture<?>[]::new))
                    .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            // Counted below.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return (int) calls.stream()
                .filter(call -> !call.isDone() || call.isCompletedExceptionally())
                .count();
    }
}
