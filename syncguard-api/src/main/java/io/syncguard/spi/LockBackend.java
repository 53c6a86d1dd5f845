package io.syncguard.spi;

import io.syncguard.Backend;
import io.syncguard.CheckReturnValue;
import io.syncguard.GuardOptions;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.util.Optional;

/**
 * A store of locks. Implementations are thread-safe. Each mutation is one atomic step on the server, by the server's clock
 * (TIME-4).
 *
 * <p>Arguments are value types, and so are valid. A method blocks for one round trip in the common case, and never longer than the
 * backend's operation timeout (OPT-2). Interrupting the caller ends the call with {@code ABORTED} and sets the interrupt flag again
 * (OPT-1).
 *
 * <p>Every failure is a {@link LockException}. One whose {@link LockException#isOutcomeUnknown()} is false has changed nothing.
 * After {@link #close()} each method fails with {@code ABORTED} (OPT-3).
 *
 * <p>Authors write one class. If their client blocks, it implements this interface, and {@link ExecutorAsyncBackend} is its
 * asynchronous view. If their client is asynchronous, it implements {@link NativeAsyncBackend}, and {@link #blocking} is its blocking
 * view. The suite in {@code syncguard-conformance-tests} tests an implementation.
 */
public non-sealed interface LockBackend extends Backend {
    /** The key that {@link #ping()} asks for by default. */
    LockKey PING_KEY = LockKey.of("syncguard:ping");

    /**
     * Returns the backend whose blocking methods wait for the futures of a natively asynchronous one. Its {@link #async()} is
     * that object, and closing it closes that. Does not block.
     *
     * <p>A call on an interrupted thread, or on one that may not block, sends nothing (OPT-1, OPT-5).
     *
     * @param async all of the backend
     */
    @CheckReturnValue
    static LockBackend blocking(NativeAsyncBackend async) {
        return new BlockingView(async);
    }

    /** Describes this backend. Never blocks. Works after {@code close()} too. */
    BackendCapabilities capabilities();

    /** {@inheritDoc} The name that {@link #capabilities()} tells. */
    @Override
    default String name() {
        return capabilities().name();
    }

    /**
     * Makes one round trip, which opens a connection if there is none and checks the server. Changes nothing. By default asks whether
     * {@link #PING_KEY} is locked.
     *
     * @throws LockException as described above
     */
    default void ping() {
        boolean unused = isLocked(PING_KEY);
    }

    /**
     * Returns a fresh id for an acquisition of the key. The request carries it (ID-2). A backend that has to find the key's place
     * by the id alone overrides this. The result always has the form of ID-1.
     */
    @CheckReturnValue
    default LockId newLockId(LockKey key) {
        return LockId.random();
    }

    /**
     * Tries once to acquire a lock. Checks the key, increments the fence, and writes lock and reverse index with one expiry, all in
     * one atomic step (ACQ-1).
     *
     * <p>An acquire is idempotent: if the id holds the key already, it answers the same fence and expiry and changes nothing (ACQ-3).
     * After a failure of unknown outcome the caller repeats it or calls {@link #abandon}.
     *
     * @throws LockException as described above; {@code INTERNAL}, with no lock left behind, if the counter is exhausted
     *     (FEN-3) or a foreign value is in the way (ERR-3); {@code INVALID_ARGUMENT} if the id belongs to
     *     another key; {@code ABORTED} if it was abandoned
     */
    @CheckReturnValue
    AcquireResult acquire(LockKey key, LockId id, Ttl ttl);

    /**
     * Releases a lock. Resolves the id, verifies that it holds the lock, and deletes lock and index, all in one atomic step (REL-1).
     * The fence counter stays (FEN-4). The caller may repeat a release after a failure (REL-2).
     *
     * @throws LockException as described above
     */
    ReleaseResult release(LockId id);

    /**
     * Sets the expiry of a live lock to the server's time plus ttl, in one atomic step. Never adds to the time left, and never
     * revives a lock that is not live (EXT-1). The caller may repeat an extension after a failure.
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    ExtendResult extend(LockId id, Ttl ttl);

    /**
     * Settles an acquire whose outcome is unknown. Afterwards the id holds no lock. If the backend can ensure it, the id never will,
     * even if the acquire reaches the server later (ACQ-4).
     *
     * <p>The default releases the id. That suffices for a backend whose requests cannot overtake each other.
     *
     * @param ttl the ttl of the acquire that is being settled
     * @throws LockException as described above; the caller may repeat the call
     */
    default void abandon(LockKey key, LockId id, Ttl ttl) {
        release(id);
    }

    /**
     * Returns whether a live lock is on the key. Only reads, unless the backend has the option to clean up (CHK-1).
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    boolean isLocked(LockKey key);

    /**
     * Returns the live lock on a key with its raw values; empty if there is none (LKP-1).
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    Optional<LockRecord> lookup(LockKey key);

    /**
     * Returns the live lock of an id with its raw values; empty if the id holds none. The lookup is atomic, or verified after the read
     * (LKP-1).
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    Optional<LockRecord> lookup(LockId id);

    /**
     * Returns how this backend wakes waiters. Empty, as by default, if it cannot; waiters then retry after pauses (WAI-1). Answers the
     * same at each call. Does not block.
     */
    @CheckReturnValue
    default Optional<WakeUps> wakeUps() {
        return Optional.empty();
    }

    /**
     * Returns how this backend lists its locks. Empty, as by default, if it cannot. Answers the same at each call. Does not block.
     */
    @CheckReturnValue
    default Optional<LockListing> listing() {
        return Optional.empty();
    }

    /**
     * Has each lock that is acquired from now on say who holds it: lookups and lists then answer the label (HLR-1). A backend has one label
     * for its life, which a guard sets when it is created ({@link GuardOptions#withHolder}); setting the same again changes nothing. Does not
     * block.
     *
     * @param label from 1 to 128 characters, none of which is a control character or an unpaired surrogate
     * @throws LockException {@code INVALID_ARGUMENT} if this backend does not store labels, as by default, or has another one already
     */
    default void labelHolder(String label) {
        throw HolderLabel.notStored(name());
    }

    /**
     * Returns the clock by which guards of this backend measure (TIME-8): the machine's, unless this backend keeps its locks by another
     * one. Answers the same at each call. Does not block. Works after {@code close()} too.
     */
    @CheckReturnValue
    default GuardClock clock() {
        return GuardClock.machine();
    }

    /**
     * Returns the asynchronous view of the same locks; the same object at each call. Never blocks. Works after {@code close()} too. A
     * backend that blocks creates the view with {@link ExecutorAsyncBackend}.
     */
    @CheckReturnValue
    AsyncLockBackend async();
}
