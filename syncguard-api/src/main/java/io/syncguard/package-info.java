/**
 * What users call: start at {@link io.syncguard.SyncGuard}. Everything that it returns is immutable or thread-safe. The ownership
 * of a lock is never bound to a thread.
 */
@NullMarked
package io.syncguard;

import org.jspecify.annotations.NullMarked;
