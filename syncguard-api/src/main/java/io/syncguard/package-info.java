/**
 * What users call. {@link io.syncguard.SyncGuard} is the way in; everything it hands out is either immutable or
 * thread-safe, and ownership of a lock is never bound to a thread.
 */
@NullMarked
package io.syncguard;

import org.jspecify.annotations.NullMarked;
