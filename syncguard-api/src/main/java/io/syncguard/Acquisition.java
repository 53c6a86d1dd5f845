package io.syncguard;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Ttl;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One caller's way to a lock: attempts with one id, pauses between them, and what must happen when the outcome of an
 * attempt is unknown (ACQ-4). Confined to the calling thread.
 */
final class Acquisition {
    private final LockBackend backend;
    private final Settler settler;
    private final FenceWatch fenceWatch;
    private final LockKey key;
    private final LockId id;
    private final Ttl ttl;

    Acquisition(LockBackend backend, Settler settler, FenceWatch fenceWatch, LockKey key, Ttl ttl) {
        this.backend = backend;
        this.settler = settler;
        this.fenceWatch = fenceWatch;
        this.key = key;
        this.id = backend.newLockId(key);
        this.ttl = ttl;
    }

    /** Tries once; empty on contention. */
    Optional<HeldLock> once() {
        failIfInterrupted();
        long startedNanos = System.nanoTime();
        return attempt() instanceof Acquired acquired ? Optional.of(held(acquired, startedNanos)) : Optional.empty();
    }

    /** Tries until the lock is taken, the retries are used up, or the time is over after one last try at its end. */
    HeldLock waiting(LockOptions options) {
        failIfInterrupted();
        Backoff backoff = new Backoff();
        long firstNanos = System.nanoTime();
        long timeoutNanos = options.timeout().toNanos();
        for (int retries = 0; ; retries++) {
            long startedNanos = System.nanoTime();
            AcquireResult result = attempt();
            if (result instanceof Acquired acquired) {
                return held(acquired, startedNanos);
            }
            long leftNanos = timeoutNanos - (System.nanoTime() - firstNanos);
            if (leftNanos <= 0) {
                throw gaveUp("it stayed taken for " + options.timeout());
            }
            if (retries >= options.maxRetries()) {
                throw gaveUp("it stayed taken over " + (retries + 1) + " attempts; raise maxRetries to use the whole "
                        + options.timeout());
            }
            pause(Math.min(leftNanos, pauseNanos((Contended) result, backoff)));
        }
    }

    /** Waits no longer than until the present holder's lock ends, if that is known. */
    private static long pauseNanos(Contended contended, Backoff backoff) {
        long nextNanos = backoff.nextNanos();
        return contended
                .freeIn()
                .map(freeIn -> Math.min(nextNanos, freeIn.toNanos() + 1))
                .orElse(nextNanos);
    }

    private AcquireResult attempt() {
        long startedNanos = System.nanoTime();
        try {
            return backend.acquire(key, id, ttl);
        } catch (LockException e) {
            if (e.isOutcomeUnknown()) {
                settler.settle(key, id, ttl, startedNanos);
            }
            throw e;
        }
    }

    private HeldLock held(Acquired acquired, long startedNanos) {
        fenceWatch.saw(key, acquired.fence());
        return new HeldLock(backend, settler, key, id, acquired, ttl, startedNanos);
    }

    private void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw aborted(e);
        }
    }

    private void failIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw aborted(null);
        }
    }

    private LockException aborted(@Nullable InterruptedException cause) {
        return LockException.failed(
                LockErrorCode.ABORTED,
                LockOperation.ACQUIRE,
                key.fingerprint(),
                "the thread was interrupted while it wanted the lock; it was not taken",
                cause);
    }

    private LockException gaveUp(String why) {
        return LockException.failed(
                LockErrorCode.ACQUISITION_TIMEOUT, LockOperation.ACQUIRE, key.fingerprint(), why, null);
    }
}
