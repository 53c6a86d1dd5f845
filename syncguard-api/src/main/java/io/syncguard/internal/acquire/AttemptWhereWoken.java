package io.syncguard.internal.acquire;

import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.internal.call.LockFuture;
import io.syncguard.spi.AcquireResult;

/**
 * An attempt that another thread makes for a parked waiter. The waiter sees it before its request is sent, and may cancel it at any
 * moment: whether the request was sent by then is not known to either thread, so it counts as sent.
 */
final class AttemptWhereWoken extends LockFuture<AcquireResult> {
    private final LockKey key;

    AttemptWhereWoken(LockKey key) {
        super(null);
        this.key = key;
    }

    @Override
    protected LockOperation operation() {
        return LockOperation.ACQUIRE;
    }

    @Override
    protected String fingerprint() {
        return key.fingerprint();
    }

    @Override
    protected boolean mayHaveTakenEffect() {
        return true;
    }
}
