/** Locks of ShedLock's scheduled tasks that a SyncGuard keeps: {@code SyncGuardLockProvider}. */
@NullMarked
package io.syncguard.shedlock;

import org.jspecify.annotations.NullMarked;
