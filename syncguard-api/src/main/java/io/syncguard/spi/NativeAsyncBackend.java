package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import java.util.Optional;

/**
 * A backend that is asynchronous by nature: the operations, and everything else that a backend has. Its author implements this
 * interface and nothing else. {@link LockBackend#blocking} makes the {@link LockBackend} of it:
 *
 * <pre>{@code
 * public LockBackend open(BackendUri uri) {
 *     return LockBackend.blocking(new MyAsyncBackend(uri));
 * }
 * }</pre>
 *
 * <p>Implementations are thread-safe.
 */
public interface NativeAsyncBackend extends AsyncLockBackend, AutoCloseable {

    /** Describes this backend, as {@link LockBackend#capabilities} does. Never blocks. Works after {@code close()} too. */
    BackendCapabilities capabilities();

    /** Returns a fresh id for an acquisition of the key, as {@link LockBackend#newLockId} does. */
    @CheckReturnValue
    default LockId newLockId(LockKey key) {
        return LockId.random();
    }

    /** Returns how this backend wakes waiters, as {@link LockBackend#wakeUps} does; empty by default. */
    @CheckReturnValue
    default Optional<WakeUps> wakeUps() {
        return Optional.empty();
    }

    /** Returns how this backend lists its locks, as {@link LockBackend#listing} does; empty by default. */
    @CheckReturnValue
    default Optional<LockListing> listing() {
        return Optional.empty();
    }

    /** Has locks say who holds them, as {@link LockBackend#labelHolder} does; not supported by default. */
    default void labelHolder(String label) {
        throw HolderLabel.notStored(capabilities().name());
    }

    /** Returns the clock by which guards of this backend measure, as {@link LockBackend#clock} does; the machine's by default. */
    @CheckReturnValue
    default GuardClock clock() {
        return GuardClock.machine();
    }

    /**
     * Returns the operations that the blocking methods start and wait for; by default these. Always the same object.
     *
     * <p>Nothing but a waiting thread depends on their futures, so they may complete on any thread. Override this where
     * the futures of {@code this} complete on threads that an application can keep busy.
     */
    @CheckReturnValue
    default AsyncLockBackend awaited() {
        return this;
    }

    /** Ends this backend, as {@link LockBackend#close} does. */
    @Override
    void close();
}
