/**
 * What backend authors implement: one {@link io.syncguard.spi.LockBackend} and one
 * {@link io.syncguard.spi.LockBackendProvider}. Arguments arrive as value types that cannot be invalid; waiting,
 * retrying, settling of unknown outcomes and hashing for logs happen on the caller's side of this interface.
 */
@NullMarked
package io.syncguard.spi;

import org.jspecify.annotations.NullMarked;
