package io.syncguard.internal.lease;

import io.syncguard.internal.threads.GuardThreads;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The locks that a guard's callers hold, so that closing the guard releases them. Forgets, now and then, locks that were left to
 * expire, so that they do not pile up. Thread-safe.
 */
public final class LeaseRegistry {
    private static final int SWEEP_ONE_IN = 1_024;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long LONGEST_HANDING_OVER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HANDING_OVER_LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Set<HeldLease> leases = ConcurrentHashMap.newKeySet();
    private volatile long sweepAbove = SWEEP_ONE_IN;

    /** Whether a look for locks that were left to expire is due. */
    private final AtomicBoolean looking = new AtomicBoolean();

    void add(HeldLease lease) {
        leases.add(lease);
        if (ThreadLocalRandom.current().nextInt(SWEEP_ONE_IN) == 0 && leases.size() > sweepAbove) {
            leases.removeIf(this::isForgotten);
            sweepAbove = Math.max(SWEEP_ONE_IN, 2L * leases.size());
        }
    }

    /** Adds a lease whose end an observer is told of, so that it is told soon after a lock was left to expire. */
    void addObserved(HeldLease lease, GuardThreads threads) {
        leases.add(lease);
        if (looking.compareAndSet(false, true)) {
            lookLater(threads);
        }
    }

    private void lookLater(GuardThreads threads) {
        // After the guard's close there is no look.
        var unused = threads.onTimer(LOOK_NANOS, () -> {
            leases.removeIf(this::isForgotten);
            looking.set(false);
            if (!leases.isEmpty() && looking.compareAndSet(false, true)) {
                lookLater(threads);
            }
        });
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
        List<HeldLease> closing = new ArrayList<>();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (HeldLease lease : leases) {
            if (!isForgotten(lease)) {
                closing.add(lease);
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
        closing.forEach(HeldLease::closingEnded);
        interrupted |= awaitHandingOver();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return (int) calls.stream()
                .filter(call -> !call.isDone() || call.isCompletedExceptionally())
                .count();
    }

    /**
     * Waits, for a second at most, for threads that are just handing a lock over to the background: it has ended, and is known
     * here until it is known there.
     *
     * @return whether the thread was interrupted
     */
    private boolean awaitHandingOver() {
        long startNanos = System.nanoTime();
        boolean interrupted = false;
        while (leases.stream().anyMatch(HeldLease::isFinished)
                && System.nanoTime() - startNanos < LONGEST_HANDING_OVER_NANOS) {
            LockSupport.parkNanos(this, HANDING_OVER_LOOK_NANOS);
            interrupted |= Thread.interrupted();
        }
        return interrupted;
    }
}
