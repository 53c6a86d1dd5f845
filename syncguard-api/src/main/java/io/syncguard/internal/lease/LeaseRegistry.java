package io.syncguard.internal.lease;

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
 * The locks that a guard's callers hold, so that closing the guard releases them. Forgets, now and then, locks that were left to
 * expire, so that they do not pile up. Thread-safe.
 */
public final class LeaseRegistry {
    private static final int SWEEP_ONE_IN = 1_024;

    private final Set<HeldLease> leases = ConcurrentHashMap.newKeySet();
    private volatile long sweepAbove = SWEEP_ONE_IN;

    void add(HeldLease lease) {
        leases.add(lease);
        if (ThreadLocalRandom.current().nextInt(SWEEP_ONE_IN) == 0 && leases.size() > sweepAbove) {
            leases.removeIf(this::isForgotten);
            sweepAbove = Math.max(SWEEP_ONE_IN, 2L * leases.size());
        }
    }

    private boolean isForgotten(HeldLease lease) {
        boolean forgotten = lease.isForgotten();
        if (forgotten) {
            lease.forgotten();
        }
        return forgotten;
    }

    void remove(HeldLease lease) {
        leases.remove(lease);
    }

    /** Returns how many locks are known, ones that have just expired included. */
    public int size() {
        return leases.size();
    }

    /**
     * Releases all locks, side by side, and tells their holders.
     *
     * @return how many could not be released within the time
     */
    public int releaseAll(Duration timeout) {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (HeldLease lease : leases) {
            if (!isForgotten(lease)) {
                calls.add(lease.releaseForClosing());
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
