package io.syncguard;

import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Ttl;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One caller's way to a lock: attempts with one id, pauses between them, and what must happen when the outcome of an
 * attempt is unknown (ACQ-4). Confined to the calling thread, which it blocks.
 */
final class Acquisition {
    private final AcquisitionContext context;
    private final LockBackend backend;
    private final LockKey key;
    private final LockId id;
    private final Ttl ttl;

    Acquisition(AcquisitionContext context, LockKey key, Ttl ttl) {
        this.context = context;
        this.backend = context.backend();
        this.key = key;
        this.id = backend.newLockId(key);
        this.ttl = ttl;
    }

    /** Tries once; empty on contention. */
    Optional<HeldLock> once() {
        failIfInterrupted();
        long startedNanos = System.nanoTime();
        return attempt(startedNanos) instanceof Acquired acquired
                ? Optional.of(held(acquired, startedNanos))
                : Optional.empty();
    }

    /** Tries until the lock is taken, the retries are used up, or the time is over after one last try at its end. */
    HeldLock waiting(LockOptions options) {
        failIfInterrupted();
        Patience patience = new Patience(key, options);
        while (true) {
            long startedNanos = System.nanoTime();
            AcquireResult result = attempt(startedNanos);
            if (result instanceof Acquired acquired) {
                return held(acquired, startedNanos);
            }
            pause(patience.pauseNanosAfter((Contended) result));
        }
    }

    private AcquireResult attempt(long startedNanos) {
        context.lifecycle().beginAttempt(key);
        try {
            AcquireResult result = backend.acquire(key, id, ttl);
            if (result instanceof Acquired && context.lifecycle().isClosed()) {
                context.settler().settle(key, id, ttl, startedNanos);
                throw Lifecycle.closed(key);
            }
            return result;
        } catch (LockException e) {
            if (e.isOutcomeUnknown()) {
                context.settler().settle(key, id, ttl, startedNanos);
            }
            throw e;
        } finally {
            context.lifecycle().endAttempt();
        }
    }

    private HeldLock held(Acquired acquired, long startedNanos) {
        context.fenceWatch().saw(key, acquired.fence());
        return new HeldLock(backend, context.settler(), key, id, acquired, ttl, startedNanos);
    }

    private void pause(long nanos) {
        try {
            if (context.lifecycle().closesWithin(nanos)) {
                throw Lifecycle.closed(key);
            }
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
}
