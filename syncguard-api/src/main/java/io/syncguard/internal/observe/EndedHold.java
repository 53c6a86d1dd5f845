package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockId;
import io.syncguard.LockLabel;
import io.syncguard.LostLock.Cause;
import java.time.Duration;
import java.util.Optional;

/** A held lock that has ended. Immutable. */
record EndedHold(LockLabel lock, LockId id, FenceToken fence, Ending ending, Optional<Cause> cause, Duration heldFor)
        implements HoldEvent {
    @Override
    public String idFingerprint() {
        return id.fingerprint();
    }
}
