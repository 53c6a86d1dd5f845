package io.syncguard.internal.observe;

import io.syncguard.LockId;
import io.syncguard.LockKey;

/** A lock that this guard holds. */
public interface HeldSubject extends LockSubject {
    @Override
    LockKey key();

    @Override
    LockId id();
}
