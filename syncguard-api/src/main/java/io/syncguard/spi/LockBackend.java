package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import java.util.Optional;

/**
 * One place that keeps locks. Implementations are thread-safe; every mutation is one atomic step on the server, by the
 * server's clock (TIME-4).
 *
 * <p>Arguments are value types that have been checked already. Each method blocks for one round trip in the common
 * case and never longer than the backend's operation timeout (OPT-2); interrupting the caller ends it with
 * {@code ABORTED} and restores the interrupt flag (OPT-1). Failures are {@link LockException}s; one whose
 * {@link LockException#isOutcomeUnknown()} is false has changed nothing. After {@link #close()} each method fails with
 * {@code ABORTED} (OPT-3).
 *
 * <p>Prove an implementation with the suite in {@code syncguard-conformance-tests}.
 */
public interface LockBackend extends AutoCloseable {

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

    /** Returns what this backend is and can do. Never blocks; works after {@code close()} too. */
    BackendCapabilities capabilities();

    /**
     * Returns a fresh id for an acquisition of the key, to be sent with the request (ID-2). Backends that must find
     * the key's place by the id alone override this; the result always has the form of ID-1.
     */
    @CheckReturnValue
    default LockId newLockId(LockKey key) {
        return LockId.random();
    }

    /**
     * Tries once to take a lock: checks, counts the fence up and writes lock and reverse index with one expiry, in one
     * atomic step (ACQ-1).
     *
     * <p>Repeating an acquire whose id holds the key already answers the same fence and expiry and changes nothing
     * (ACQ-3). After a failure of unknown outcome the caller repeats it or calls {@link #abandon}.
     *
     * @throws LockException as described above; {@code INTERNAL} with no lock left behind when the counter is
     *     exhausted (FEN-3) or a foreign value is in the way (ERR-3); {@code INVALID_ARGUMENT} if the id belongs to
     *     another key; {@code ABORTED} if it was abandoned
     */
    @CheckReturnValue
    AcquireResult acquire(LockKey key, LockId id, Ttl ttl);

    /**
     * Gives a lock back: resolves the id, verifies the owner and deletes lock and index, in one atomic step (REL-1).
     * The fence counter stays (FEN-4). After a failure it may be repeated (REL-2).
     *
     * @throws LockException as described above
     */
    ReleaseResult release(LockId id);

    /**
     * Sets a live lock's expiry to the server's now plus ttl, in one atomic step; never adds, never resurrects
     * (EXT-1). May be repeated after a failure.
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    ExtendResult extend(LockId id, Ttl ttl);

    /**
     * Settles an acquire whose outcome is unknown: after this returns, the id holds nothing and, if the backend can
     * see to that, never will, even if the acquire reaches the server only later (ACQ-4).
     *
     * <p>The default releases the id, which is enough for a backend that cannot overtake its own requests.
     *
     * @param ttl the ttl of the acquire that is being settled
     * @throws LockException as described above; may be repeated
     */
    default void abandon(LockKey key, LockId id, Ttl ttl) {
        release(id);
    }

    /**
     * Returns whether a live lock is on the key. A pure read unless the backend was told to clean up (CHK-1).
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    boolean isLocked(LockKey key);

    /**
     * Returns the live lock on a key, raw values included; empty if there is none (LKP-1).
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    Optional<LockRecord> lookup(LockKey key);

    /**
     * Returns the live lock an id holds, raw values included; empty if it holds none. Atomic, or verified after the
     * read (LKP-1).
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    Optional<LockRecord> lookup(LockId id);

    /**
     * Returns how waiters are woken; empty, as by default, if this backend cannot, and waiters try again after pauses
     * (WAI-1). The same at each call. Does not block.
     */
    @CheckReturnValue
    default Optional<WakeUps> wakeUps() {
        return Optional.empty();
    }

    /**
     * Returns the asynchronous view of this backend, on the same locks; the same object at each call. Never blocks;
     * works after {@code close()} too. A backend that only blocks makes one with {@link ExecutorAsyncBackend}.
     */
    @CheckReturnValue
    AsyncLockBackend async();

    /**
     * Ends the backend. Calls in flight end with {@code ABORTED}; threads, timers and connections of the backend's own
     * are gone when this returns (OPT-3). A client that was handed in stays open. May be called again, to no effect.
     * Throws nothing.
     */
    @Override
    void close();
}
