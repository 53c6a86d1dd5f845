/**
 * The interfaces that backend authors implement, and helpers for them. An author writes one backend, as a {@link
 * io.syncguard.spi.LockBackend} or as a {@link io.syncguard.spi.NativeAsyncBackend}, and one {@link
 * io.syncguard.spi.LockBackendProvider}. Arguments are value types that cannot be invalid. Callers of these interfaces do the
 * waiting, the retries, the settling of unknown outcomes, and the hashing for logs.
 *
 * <p>Waking waiters is optional ({@link io.syncguard.spi.WakeUps}). {@link io.syncguard.spi.TurnWakeUps} and {@link
 * io.syncguard.spi.BroadcastWakeUps} do all of it that does not depend on the store.
 */
@NullMarked
package io.syncguard.spi;

import org.jspecify.annotations.NullMarked;
