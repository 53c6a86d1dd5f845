/**
 * What users call: start at {@link io.syncguard.SyncGuard}. Everything that it returns is immutable or thread-safe. The ownership
 * of a lock is never bound to a thread.
 *
 * <p>Codes in parentheses, such as (OPT-1), are rules in {@code specs/interface.md} of the source repository.
 */
@NullMarked
package io.syncguard;

import org.jspecify.annotations.NullMarked;
