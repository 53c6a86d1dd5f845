package io.syncguard;

import io.syncguard.internal.open.GuardOpener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Distributed locks with fencing tokens. Thread-safe; keep one per backend for the life of the application.
 *
 * <pre>{@code
 * try (SyncGuard guard = SyncGuard.connect("redis://localhost:6379")) {
 *     guard.run("account:42", () -> processPayment(42));
 *     Receipt receipt = guard.call("account:42", lock -> ledger.charge(42, lock.fence()));
 *     boolean ran = guard.tryRun("nightly-report", () -> writeReport());
 * }
 * }</pre>
 *
 * <table>
 *   <caption>Which call to use</caption>
 *   <tr><th></th><th>waits while another holder has the lock</th><th>makes one attempt</th></tr>
 *   <tr><td>does work and releases the lock</td><td>{@code run}, {@code call}</td><td>{@code tryRun}, {@code tryCall}</td></tr>
 *   <tr><td>returns the lock, which the caller closes</td><td>{@code acquire}</td><td>{@code tryAcquire}</td></tr>
 * </table>
 *
 * <p>Every method that asks the server blocks the calling thread; {@link #async()} offers the same locks without blocking. An
 * interrupt ends a blocked call with {@code ABORTED}; a lock that is granted all the same is released (OPT-1). Every failure is a
 * {@link LockException}, of a null argument too.
 *
 * <p>Locks are not reentrant. A thread that waits for a lock which it has itself, by work that it runs or by a view as a
 * {@code Lock}, fails immediately with {@code INVALID_ARGUMENT}. A lock that was returned as a handle belongs to no thread, so nobody
 * can tell that its holder waits for itself.
 */
public interface SyncGuard extends AutoCloseable {

    /**
     * Returns a guard on the backend that a URI names, with {@linkplain GuardOptions#defaults() default options}.
     *
     * @throws LockException as {@link #connect(String, GuardOptions)}
     */
    @CheckReturnValue
    static SyncGuard connect(String uri) {
        return connect(uri, GuardOptions.defaults());
    }

    /**
     * Returns a guard on the backend that a URI names, such as {@code redis://user:password@host:6379/0?keyPrefix=myapp} or
     * {@code memory:}. The backend's artifact must be on the class path. May connect only with the first operation.
     *
     * @param uri its parameters are the backend's options; unknown ones are refused
     * @throws LockException {@code INVALID_ARGUMENT} if the URI is invalid, if no backend opens it (the message names
     *     the artifact to add), or if several do (the message says how to choose)
     */
    @CheckReturnValue
    static SyncGuard connect(String uri, GuardOptions options) {
        return GuardOpener.connect(uri, options);
    }

    /**
     * Returns the backend that a URI names, without a guard: for tools that ask the backend itself. The caller closes it, or the
     * guard that it is handed to. May connect only with the first operation.
     *
     * @throws LockException as {@link #connect(String, GuardOptions)}
     */
    @CheckReturnValue
    static Backend openBackend(String uri) {
        return GuardOpener.openBackend(uri);
    }

    /**
     * Returns a guard on a backend, with {@linkplain GuardOptions#defaults() default options}. {@link #close()} closes the
     * backend. A client handed to the backend stays open.
     */
    @CheckReturnValue
    static SyncGuard using(Backend backend) {
        return using(backend, GuardOptions.defaults());
    }

    /** Returns a guard on a backend. {@link #close()} closes the backend. A client handed to the backend stays open. */
    @CheckReturnValue
    static SyncGuard using(Backend backend, GuardOptions options) {
        return GuardOpener.using(backend, options);
    }

    /** Returns the asynchronous view of this guard, on the same locks. Returns the same object at each call. */
    AsyncGuard async();

    /**
     * Runs work under a lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @throws X what the work threw
     */
    default <X extends Throwable> void run(String key, LockedRunnable<X> work) throws X {
        run(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, which it receives, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @throws X what the work threw
     */
    default <X extends Throwable> void run(String key, LockedConsumer<X> work) throws X {
        run(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, which it receives with its fencing token. Otherwise the same as
     * {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @throws LockException as there
     * @throws X what the work threw, after the lock was released
     */
    <X extends Throwable> void run(String key, LockOptions options, LockedConsumer<X> work) throws X;

    /**
     * Runs work under a lock and releases the lock, however the work ends.
     *
     * <p>Without a {@linkplain LockOptions#withHeartbeat heartbeat} the lock is not renewed during the work: choose a ttl that
     * outlasts it.
     *
     * <p>If the lock is lost during the work, another holder may have worked at the same time. The {@link LossPolicy} of the
     * options decides what happens; by default the work runs to its end and this method then throws {@code LOCK_LOST}. A failed
     * release of a lock that was held to the end does not hide the outcome of the work; see {@link HeldLock#close()}. Work that
     * throws after the lock was lost has a {@link LockLostException} among its suppressed exceptions.
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; {@code ACQUISITION_TIMEOUT} if the lock
     *     stayed taken; {@code ABORTED} on an interrupt; another code if the system failed: the work did not begin.
     *     {@code LOCK_LOST} if the work ran, at least in part, without the protection of the lock
     * @throws X what the work threw, after the lock was released
     */
    <X extends Throwable> void run(String key, LockOptions options, LockedRunnable<X> work) throws X;

    /**
     * Returns the result of work done under a lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #call(String, LockOptions, LockedFunction)}.
     *
     * @throws X what the work threw
     */
    default <R extends @Nullable Object, X extends Throwable> R call(String key, LockedFunction<R, X> work) throws X {
        return call(key, LockOptions.defaults(), work);
    }

    /**
     * Returns the result of work done under a lock. The work receives the lock, and with it the fencing token. Otherwise the
     * same as {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @throws LockException as there
     * @throws X what the work threw, after the lock was released
     */
    <R extends @Nullable Object, X extends Throwable> R call(String key, LockOptions options, LockedFunction<R, X> work)
            throws X;

    /**
     * Runs work under a lock unless another holder has it, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #tryRun(String, LockOptions, LockedRunnable)}.
     *
     * @throws X what the work threw
     */
    default <X extends Throwable> boolean tryRun(String key, LockedRunnable<X> work) throws X {
        return tryRun(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, which it receives, unless another holder has it, with {@linkplain LockOptions#defaults() default
     * options}. See {@link #tryRun(String, LockOptions, LockedRunnable)}.
     *
     * @throws X what the work threw
     */
    default <X extends Throwable> boolean tryRun(String key, LockedConsumer<X> work) throws X {
        return tryRun(key, LockOptions.defaults(), work);
    }

    /**
     * Runs work under a lock, and skips it if another holder has the lock: makes one attempt and does not wait. Otherwise the same as
     * {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @return true if the work ran; false if another holder has the lock
     * @throws LockException as there, except {@code ACQUISITION_TIMEOUT}; {@code INVALID_ARGUMENT} also for a timeout or a number of
     *     retries, which this call would ignore
     * @throws X what the work threw, after the lock was released
     */
    <X extends Throwable> boolean tryRun(String key, LockOptions options, LockedRunnable<X> work) throws X;

    /**
     * Runs work under a lock, which it receives with its fencing token, and skips it if another holder has the lock. Otherwise the
     * same as {@link #tryRun(String, LockOptions, LockedRunnable)}.
     *
     * @throws LockException as there
     * @throws X what the work threw, after the lock was released
     */
    <X extends Throwable> boolean tryRun(String key, LockOptions options, LockedConsumer<X> work) throws X;

    /**
     * Returns the result of work done under a lock, unless another holder has it, with {@linkplain LockOptions#defaults() default
     * options}. See {@link #tryCall(String, LockOptions, LockedFunction)}.
     *
     * @throws X what the work threw
     */
    default <R, X extends Throwable> Optional<R> tryCall(String key, LockedFunction<R, X> work) throws X {
        return tryCall(key, LockOptions.defaults(), work);
    }

    /**
     * Returns the result of work done under a lock, and skips the work if another holder has the lock: makes one attempt and does not
     * wait. Otherwise the same as {@link #tryRun(String, LockOptions, LockedRunnable)}.
     *
     * @return the result; empty if another holder has the lock. Work that returns null looks the same: use {@code tryRun} for it
     * @throws LockException as there
     * @throws X what the work threw, after the lock was released
     */
    <R, X extends Throwable> Optional<R> tryCall(String key, LockOptions options, LockedFunction<R, X> work) throws X;

    /**
     * Acquires a lock with {@linkplain LockOptions#defaults() default options}. See {@link #acquire(String, LockOptions)}.
     *
     * @throws LockException as there
     */
    @CheckReturnValue
    default HeldLock acquire(String key) {
        return acquire(key, LockOptions.defaults());
    }

    /**
     * Acquires a lock and waits while another holder has it. Where the backend does not wake waiters, attempts are repeated
     * after pauses of 100 ms to 1 s, and when the holder's lock is known to end. The last attempt is made at the end of the
     * timeout. Close the result to release the lock.
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens, also for a loss policy, which this call would ignore;
     *     {@code ACQUISITION_TIMEOUT} if the lock
     *     stayed taken for the timeout or over all retries; {@code ABORTED} on an interrupt, whose flag is restored;
     *     another code if the system failed. No lock is held after a failure: a lock that may have been granted is
     *     released in the background (ACQ-4)
     */
    @CheckReturnValue
    HeldLock acquire(String key, LockOptions options);

    /**
     * Tries once to acquire a lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #tryAcquire(String, LockOptions)}.
     *
     * @return the lock, or empty if another holder has it
     * @throws LockException as there
     */
    @CheckReturnValue
    default Optional<HeldLock> tryAcquire(String key) {
        return tryAcquire(key, LockOptions.defaults());
    }

    /**
     * Tries once to acquire a lock. Does not wait for another holder. Close the result to release the lock.
     *
     * @return the lock, or empty if another holder has it
     * @throws LockException as {@link #acquire(String, LockOptions)}, except {@code ACQUISITION_TIMEOUT};
     *     {@code INVALID_ARGUMENT} also for a timeout, a number of retries or a loss policy, which this call would ignore
     */
    @CheckReturnValue
    Optional<HeldLock> tryAcquire(String key, LockOptions options);

    /**
     * Returns a view of a key's lock as a {@link Lock}, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #asLock(String, LockOptions)}.
     *
     * @throws LockException as there
     */
    @CheckReturnValue
    default Lock asLock(String key) {
        return asLock(key, LockOptions.defaults());
    }

    /**
     * Returns a view of a key's lock as a {@link Lock}, for code that is written for one. Does not ask the server. The view is
     * thread-safe. The lock is renewed while it is held, as with a {@linkplain LockOptions#withHeartbeat heartbeat}, unless the
     * options are {@linkplain LockOptions#withoutHeartbeat without}. All views of a key are alike: the thread that locked one may
     * unlock any other. A view has no fencing token and reports a loss only at {@code unlock()}: prefer {@code run} and {@code call}
     * where there is a choice.
     *
     * <ul>
     *   <li>{@code lock()} waits without limit. An interrupt does not end the wait; the flag is set again afterwards.
     *   <li>{@code lockInterruptibly()} waits until it is interrupted. {@code tryLock(time, unit)} waits for that time at most,
     *       with one last attempt at its end; without time left it makes one attempt.
     *   <li>{@code tryLock()} makes one attempt, which blocks for a round trip and is not ended by an interrupt. Returns false
     *       if another holder has the lock.
     *   <li>{@code unlock()} releases what the calling thread has locked. Throws {@link IllegalMonitorStateException} if that
     *       thread has not locked the key through this guard, and {@code LockException} with {@code LOCK_LOST} if the lock had
     *       ended before, so that another holder may have worked at the same time; the thread has nothing locked then either. A
     *       failed release is handled as in {@link HeldLock#close()}.
     *   <li>{@code newCondition()} throws {@link UnsupportedOperationException}.
     * </ul>
     *
     * <p>The lock is not reentrant, in contrast to {@link #asReentrantLock(String, LockOptions)}. A thread that has it gets
     * {@code INVALID_ARGUMENT} from every attempt to lock it again, before any I/O. Threads of one guard are served in the order they came. A thread that dies without unlocking leaves the lock to the
     * heartbeat, which keeps it until the guard is closed.
     *
     * <p>If the system fails, every way to lock, {@code lock()} included, ends immediately with the {@code LockException} of
     * {@link #acquire(String, LockOptions)}; with {@code ABORTED} if this guard is closed. Nothing is locked then.
     *
     * @param options without a timeout, a number of retries and a loss policy, which a view would ignore
     * @throws LockException {@code INVALID_ARGUMENT} if the key is invalid or the options do not go together
     */
    @CheckReturnValue
    Lock asLock(String key, LockOptions options);

    /**
     * Returns a reentrant view of a key's lock, with {@linkplain LockOptions#defaults() default options}. See
     * {@link #asReentrantLock(String, LockOptions)}.
     *
     * @throws LockException as there
     */
    @CheckReturnValue
    default ReentrantKeyLock asReentrantLock(String key) {
        return asReentrantLock(key, LockOptions.defaults());
    }

    /**
     * Returns a view of a key's lock as a reentrant {@link Lock}, for code and frameworks that lock again what the thread has locked
     * already. Does not ask the server, and keeps nothing: a view that nobody uses any more costs nothing. Otherwise the same as
     * {@link #asLock(String, LockOptions)}, with these differences (HLD-12):
     *
     * <ul>
     *   <li>All reentrant views of a key that this guard made are one lock, as if they were the same object, whatever their options. The
     *       options of the view that locks first apply until the last {@code unlock()}.
     *   <li>A thread that has the lock locks it again at once, by every way to lock, without asking the server. It must unlock as often.
     *       Only the last {@code unlock()} releases the lock, and tells of a loss.
     *   <li>Locking again throws {@code LockException} with {@code LOCK_LOST} if the lock is not certainly held any more
     *       ({@link LockHandle#isHeld()}), because the inner code would believe that it is protected. The number of unlocks
     *       that are due does not change.
     *   <li>A thread that has the lock by {@code run}, {@code call} and the like, or by {@code asLock}, gets {@code INVALID_ARGUMENT}
     *       here, and the other way round: these do not count who locks again.
     *   <li>{@code tryLock(time, unit)} and {@code lockInterruptibly()} throw {@link InterruptedException} if the thread is
     *       interrupted already, whether or not it has the lock.
     *   <li>{@link ReentrantKeyLock#heldLock()} has the fencing token and the notice of a loss.
     * </ul>
     *
     * @param options without a timeout, a number of retries and a loss policy, which a view would ignore
     * @throws LockException {@code INVALID_ARGUMENT} if the key is invalid or the options do not go together
     */
    @CheckReturnValue
    ReentrantKeyLock asReentrantLock(String key, LockOptions options);

    /**
     * Asks the server for a sign of life and returns how long the answer took. Opens a connection if there is none, so it suits a
     * health check and the start of an application. Blocks for one round trip; the time of the first ping includes opening the
     * connection.
     *
     * @throws LockException if the system failed: the code says why
     */
    Duration ping();

    /**
     * Returns whether a live lock exists on the key. The answer may be out of date when it is read. Blocks for one round trip
     * (CHK-1).
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; another code if the system failed
     */
    @CheckReturnValue
    boolean isLocked(String key);

    /**
     * Returns what is known of the live lock on a key, without raw values; empty if there is none. Blocks for one round trip
     * (LKP-1, LKP-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; another code if the system failed
     */
    @CheckReturnValue
    Optional<LockInfo> lookup(String key);

    /**
     * Returns what is known of the live lock that an id holds, without raw values; empty if it holds none. Blocks for one round
     * trip (LKP-1, LKP-2).
     *
     * @throws LockException if the system failed
     */
    @CheckReturnValue
    Optional<LockInfo> lookup(LockId id);

    /**
     * Returns the live lock on a key with its raw key and id. The id is a capability to release the lock: for operators' tools
     * only (LKP-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; another code if the system failed
     */
    @CheckReturnValue
    Optional<LockRecord> lookupRaw(String key);

    /**
     * Returns the live lock that an id holds with its raw key and id, for operators' tools only (LKP-2).
     *
     * @throws LockException if the system failed
     */
    @CheckReturnValue
    Optional<LockRecord> lookupRaw(LockId id);

    /**
     * Returns whether an id holds a live lock according to the server. The answer may be out of date when it is read: let the
     * resource check the fencing token. Blocks for one round trip (LKP-1).
     *
     * @throws LockException if the system failed
     */
    @CheckReturnValue
    boolean owns(LockId id);

    /**
     * Closes the guard and its backend. Acquires that wait or are in flight end with {@code ABORTED}, and a lock that one of
     * them is granted meanwhile is released. Locks still held are released side by side, within the
     * {@linkplain GuardOptions#closeTimeout() close timeout}, and their holders are told ({@link LockHandle#lost()}). A lock
     * that could not be released expires after its ttl. All other calls in flight, and all later ones, end with
     * {@code ABORTED}. Closing again has no effect. Throws nothing (OPT-3, HLD-7).
     *
     * <p>Blocks until all that is done; but in a stage that runs on the thread which reads the server's answers, as with Lettuce, it
     * returns at once and closes on a thread of its own (OPT-5).
     */
    @Override
    void close();
}
