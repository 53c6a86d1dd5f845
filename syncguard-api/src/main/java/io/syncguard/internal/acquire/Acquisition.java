package io.syncguard.internal.acquire;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockOptions;
import io.syncguard.Ttl;
import io.syncguard.internal.call.BackendCall;
import io.syncguard.internal.lease.HeldLease;
import io.syncguard.internal.lease.Moment;
import io.syncguard.internal.observe.LockSubject;
import io.syncguard.internal.observe.RunningOperation;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One acquisition, whichever way it is driven: attempts with one id, and what becomes of their outcomes. */
class Acquisition implements LockSubject {
    final AcquireServices services;
    private final BackendCall.Acquire request;
    private final LockOptions options;
    private final Moment begun;
    private int attempts;
    private @Nullable RunningOperation running;

    /** When the last attempt in vain began of which a copy may still arrive and take the lock; null if there was none. */
    private volatile @Nullable Moment mayLandSince;

    Acquisition(AcquireServices services, LockKey key, LockOptions options) {
        this.services = services;
        this.options = options;
        this.begun = services.leases().clocks().nowByRecentReading();
        Ttl ttl = checkedTtl(options);
        this.request = new BackendCall.Acquire(key, services.leases().backend().newLockId(key), ttl);
    }

    /**
     * Returns the ttl, once the options have been found to go together.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the minimum hold is longer than the ttl
     */
    static Ttl checkedTtl(LockOptions options) {
        if (options.minHold().compareTo(options.ttl()) > 0) {
            throw LockException.invalidArgument("the minimum hold of " + options.minHold()
                    + " is longer than the ttl of " + options.ttl()
                    + ", after which the lock of a holder that died is free. Raise the ttl");
        }
        return Ttl.of(options.ttl());
    }

    @Override
    public final LockKey key() {
        return request.key();
    }

    @Override
    public final LockId id() {
        return request.id();
    }

    @Override
    public final @Nullable String name() {
        return options.name().orElse(null);
    }

    /** Tells that this acquisition begins. */
    final void begins() {
        running = services.leases().observers().begins(LockOperation.ACQUIRE, Origin.CALLER, this);
    }

    final AcquisitionMachine machine() {
        return new AcquisitionMachine(
                new WaitBudget(options, begun.nanos()),
                new Backoff(bound -> ThreadLocalRandom.current().nextLong(bound)),
                services.queues() != null);
    }

    /**
     * Returns when an attempt that is about to be made begins, for its lease to count from.
     *
     * @param atOnce whether nothing was waited for since this acquisition began, whose clocks then need not be read again
     */
    final Moment attemptBegins(boolean atOnce) {
        return atOnce && attempts == 0 ? begun : services.leases().clocks().now();
    }

    /** Returns the request of an attempt, in a place if there is one. */
    final BackendCall<AcquireResult> attempt(WakeUps.@Nullable Place place) {
        attempts++;
        return place == null
                ? request
                : new BackendCall.AcquireInPlace(place, request, Duration.ofNanos(begun.elapsedNanos()));
    }

    /** Returns the lease of a granted lock, or has it released because the guard was closed meanwhile. */
    final HeldLease granted(Acquired acquired, Moment started) {
        if (services.gate().isClosed()) {
            settle(started);
            throw CloseGate.closed(key());
        }
        services.fences().saw(key(), acquired.fence());
        return HeldLease.begin(services.leases(), request, acquired, options, started, running);
    }

    /** Notes what an attempt in vain leaves behind. */
    final Contended contended(Contended contended, Moment started) {
        if (contended.copyMayLand()) {
            mayLandSince = started;
        }
        return contended;
    }

    /** Returns when the holder's lock ends at the latest, in nanoseconds from now; negative if that is not known. */
    static long freeInNanos(Contended contended) {
        return contended.freeIn().map(Duration::toNanos).orElse(-1L);
    }

    /** Has the background release what a failed attempt may have acquired. */
    final LockException settled(LockException failure, Moment started) {
        if (failure.isOutcomeUnknown()) {
            settle(started);
        }
        return failure;
    }

    private void settle(Moment started) {
        services.leases().orphans().release(key(), id(), name(), request.ttl(), started);
    }

    final LockException gaveUp(String reason) {
        return LockException.failed(
                LockErrorCode.ACQUISITION_TIMEOUT, LockOperation.ACQUIRE, key().fingerprint(), reason, null);
    }

    /** Tells how this acquisition has ended, and settles what may come of it later. */
    final void tell(@Nullable FenceToken granted, @Nullable Throwable thrown) {
        Moment since = mayLandSince;
        if (granted == null && since != null) {
            settle(since);
        }
        if (running != null) {
            LockException failure =
                    thrown == null ? null : LockException.of(thrown, LockOperation.ACQUIRE, key().fingerprint());
            boolean contended = failure == null ? granted == null : failure.code() == LockErrorCode.ACQUISITION_TIMEOUT;
            Outcome outcome = contended ? Outcome.CONTENDED : failure == null ? Outcome.SUCCEEDED : Outcome.FAILED;
            running.ended(outcome, failure, attempts, granted);
        }
    }
}
