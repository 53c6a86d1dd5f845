package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.LockLabel;
import io.syncguard.LostLock;
import java.time.Duration;

/** A lock that was lost. Immutable. */
record EndedLease(LockLabel lock, String idFingerprint, FenceToken fence, Cause cause, Duration heldFor)
        implements LostLock {}
