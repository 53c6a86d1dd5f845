package io.syncguard.internal.lease;

import io.syncguard.LockException;
import io.syncguard.Ttl;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;

/**
 * One extension on its way, by the holder or by the heartbeat.
 *
 * @param basis the lease that counted before it was sent
 * @param counted the lease that counts until it is answered
 */
record PendingExtension(HeldLease held, Lease basis, Lease counted, Ttl ttl, Moment started) {

    Lease granted(Extended extended) {
        return new Lease(extended.expiresAt(), ttl, started);
    }

    /** Takes note of the answer to an extension that the holder asked for, and returns whether the lock is held. */
    boolean answered(ExtendResult answer) {
        if (answer instanceof Extended extended) {
            if (extended.copyMayLand()) {
                held.watched().mayLand(ttl, started);
            }
            return held.extended(this, granted(extended));
        }
        held.foundGone();
        return false;
    }

    /** Takes note of the failure of an extension that the holder asked for. */
    void failed(LockException failure) {
        if (failure.isOutcomeUnknown()) {
            held.maybeExtended(ttl, started);
            held.watched().leaseChanged();
        } else {
            held.notExtended(this);
        }
    }
}
