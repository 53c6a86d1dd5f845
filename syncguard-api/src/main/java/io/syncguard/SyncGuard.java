package io.syncguard;

import io.syncguard.internal.open.BackendDiscovery;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Distributed locks with fencing tokens. Thread-safe; keep one per backend for the life of the application.
 *
 * <pre>{@code
 * try (SyncGuard guard = SyncGuard.connect("redis://localhost:6379")) {
 *     guard.run("payment:42", () -> processPayment(42));
 *     Receipt receipt = guard.call("payment:42", lock -> ledger.charge(42, lock.fence()));
 * }
 * }</pre>
 *
 * <p>All methods that take a lock block the calling thread; {@link #async()} has the same without. An interrupt ends them with {@code ABORTED}, and a lock
 * that is granted all the same is given back (OPT-1). Every failure of the system is a {@link LockException}.
 */
public final class SyncGuard implements AutoCloseable {
    private final LockBackend backend;
    private final GuardContext context;
    private final Duration closeTimeout;
    private final AsyncGuard async;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SyncGuard(LockBackend backend, GuardOptions options) {
        this.context = GuardContext.of(backend, options);
        this.backend = context.backend();
        this.closeTimeout = options.closeTimeout();
        this.async = new AsyncGuard(context);
    }

    /**
     * Returns a guard on the backend a URI names, with {@linkplain GuardOptions#defaults() default options}. As
     * {@link #connect(String, GuardOptions)}.
     *
     * @throws LockException as there
     */
    @CheckReturnValue
    public static SyncGuard connect(String uri) {
        return connect(uri, GuardOptions.defaults());
    }

    /**
     * Returns a guard on the backend a URI names, such as {@code redis://user:password@host:6379/0?keyPrefix=myapp} or
     * {@code memory:}. The backend's artifact must be on the class path. Need not connect before the first operation.
     *
     * @param uri the parameters are the backend's options; unknown ones are refused
     * @throws LockException {@code INVALID_ARGUMENT} if the URI is invalid, if no backend opens it (the message names
     *     the artifact to add), or if several do (it names how to choose)
     */
    @CheckReturnValue
    public static SyncGuard connect(String uri, GuardOptions options) {
        Objects.requireNonNull(options, "options");
        return new SyncGuard(BackendDiscovery.onClassPath().open(uri), options);
    }

    /**
     * Returns the backend a URI names, without a guard: for tools that ask the backend itself. The caller closes it. Need not
     * connect before the first operation.
     *
     * @throws LockException as {@link #connect(String, GuardOptions)}
     */
    @CheckReturnValue
    public static LockBackend openBackend(String uri) {
        return BackendDiscovery.onClassPath().open(uri);
    }

    /**
     * Returns a guard on a backend, which {@link #close()} will close. A client handed to that backend stays open.
     */
    @CheckReturnValue
    public static SyncGuard using(LockBackend backend) {
        return using(backend, GuardOptions.defaults());
    }

    /**
     * Returns a guard on a backend, which {@link #close()} will close. A client handed to that backend stays open.
     */
    @CheckReturnValue
    public static SyncGuard using(LockBackend backend, GuardOptions options) {
        return new SyncGuard(Objects.requireNonNull(backend, "backend"), Objects.requireNonNull(options, "options"));
    }

    /** Returns the asynchronous face of this guard: the same locks by futures. The same object at each call. */
    public AsyncGuard async() {
        return async;
    }

    /**
     * Does work under a lock, with {@linkplain LockOptions#defaults() default options}. As
     * {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @throws LockException as there
     * @throws X what the work threw
     */
    public <X extends Throwable> void run(String key, LockedRunnable<X> work) throws X {
        run(key, LockOptions.defaults(), work);
    }

    /**
     * Does work under a lock and gives the lock back, however the work ends.
     *
     * <p>Unless the options ask for a {@linkplain LockOptions#withHeartbeat heartbeat}, the lock is not renewed during
     * the work: let its ttl outlast it. Use {@link #call(String, LockOptions, LockedFunction) call} where the work needs
     * the lock's fence.
     *
     * <p>If the lock is lost during the work, so that somebody else may have worked at the same time, the options'
     * {@link LossPolicy} decides: by default the work comes to its end and then this throws {@code LOCK_LOST}. A failure to
     * give back a lock that was held to the end does not hide the work's outcome; see {@link HeldLock#close()}.
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; {@code ACQUISITION_TIMEOUT} if the lock
     *     stayed taken; {@code ABORTED} on an interrupt; others if the system failed: the work was not begun. And
     *     {@code LOCK_LOST}: the work was done, or interrupted, without the lock's protection to its end
     * @throws X what the work threw, after the lock was given back
     */
    public <X extends Throwable> void run(String key, LockOptions options, LockedRunnable<X> work) throws X {
        Objects.requireNonNull(work, "work");
        LockedWork.<Boolean, X>under(acquire(key, options), options.lossPolicy(), lock -> {
            work.run();
            return true;
        });
    }

    /**
     * Returns the result of work done under a lock, with {@linkplain LockOptions#defaults() default options}. As
     * {@link #call(String, LockOptions, LockedFunction)}.
     *
     * @throws LockException as there
     * @throws X what the work threw
     */
    public <R extends @Nullable Object, X extends Throwable> R call(String key, LockedFunction<R, X> work) throws X {
        return call(key, LockOptions.defaults(), work);
    }

    /**
     * Returns the result of work done under a lock. The work is handed the lock, and with it the fence. Otherwise as
     * {@link #run(String, LockOptions, LockedRunnable)}.
     *
     * @throws LockException as there
     * @throws X what the work threw, after the lock was given back
     */
    public <R extends @Nullable Object, X extends Throwable> R call(
            String key, LockOptions options, LockedFunction<R, X> work) throws X {
        Objects.requireNonNull(work, "work");
        return LockedWork.under(acquire(key, options), options.lossPolicy(), work);
    }

    /**
     * Takes a lock with {@linkplain LockOptions#defaults() default options}. As {@link #acquire(String, LockOptions)}.
     *
     * @throws LockException as there
     */
    @CheckReturnValue
    public HeldLock acquire(String key) {
        return acquire(key, LockOptions.defaults());
    }

    /**
     * Takes a lock, waiting while somebody else has it: with pauses that grow from 100 ms to 1 s, cut short when the
     * holder's lock is known to end, and with one last try at the end of the timeout. Close the result to give it back.
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; {@code ACQUISITION_TIMEOUT} if the lock
     *     stayed taken for the timeout or over all retries; {@code ABORTED} on an interrupt, whose flag is restored;
     *     others if the system failed. No lock is held after a failure: one that may have been granted is given back
     *     in the background (ACQ-4)
     */
    @CheckReturnValue
    public HeldLock acquire(String key, LockOptions options) {
        return new Acquisition(context, LockKey.of(key), options).waiting();
    }

    /**
     * Tries once to take a lock and does not wait.
     *
     * @param ttl how long the lock lives unless extended: whole milliseconds from 1 ms to 365 days
     * @return the lock, or empty if somebody else has it
     * @throws LockException as {@link #acquire(String, LockOptions)}, save {@code ACQUISITION_TIMEOUT}
     */
    @CheckReturnValue
    public Optional<HeldLock> tryAcquire(String key, Duration ttl) {
        return tryAcquire(key, LockOptions.defaults().withTtl(ttl));
    }

    /**
     * Tries once to take a lock and does not wait, whatever the options' timeout and retries.
     *
     * @return the lock, or empty if somebody else has it
     * @throws LockException as {@link #acquire(String, LockOptions)}, save {@code ACQUISITION_TIMEOUT}
     */
    @CheckReturnValue
    public Optional<HeldLock> tryAcquire(String key, LockOptions options) {
        return new Acquisition(context, LockKey.of(key), options).once();
    }

    /**
     * Returns a view of a key's lock as a {@link Lock}, with {@linkplain LockOptions#defaults() default options} and a
     * {@linkplain LockOptions#withHeartbeat heartbeat}. As {@link #asLock(String, LockOptions)}.
     *
     * @throws LockException as there
     */
    @CheckReturnValue
    public Lock asLock(String key) {
        return asLock(key, LockOptions.defaults().withHeartbeat());
    }

    /**
     * Returns a view of a key's lock as a {@link Lock}, for code that is written for one. Asks no server. The view is
     * thread-safe; each call returns one of its own, and all views of a key exclude each other as processes do. It shows
     * no fence and tells of a loss only when it is unlocked: prefer {@link #run(String, LockOptions, LockedRunnable) run}
     * and {@link #call(String, LockOptions, LockedFunction) call} where there is a choice.
     *
     * <ul>
     *   <li>{@code lock()} waits without limit; an interrupt does not end the wait and is pending again afterwards.
     *   <li>{@code lockInterruptibly()} does so until it is interrupted, and so does {@code tryLock(time, unit)} for that
     *       long, with one last try at its end; without time left it is one try.
     *   <li>{@code tryLock()} is one try, which blocks for a round trip and no interrupt ends; false if somebody else has
     *       the lock.
     *   <li>{@code unlock()} gives the lock back, on whichever thread: what the calling thread locked itself if there is
     *       such, else what was locked first. {@link IllegalMonitorStateException} if nothing is locked through this view.
     *       {@code LockException} with {@code LOCK_LOST} if the lock had ended before, so that somebody else may have
     *       worked at the same time; nothing is locked then either. What keeps it from being given back is dealt with as
     *       in {@link HeldLock#close()} and not thrown.
     *   <li>{@code newCondition()} throws {@link UnsupportedOperationException}.
     * </ul>
     *
     * <p>It is not reentrant. A thread that has locked a view and not unlocked it gets {@code INVALID_ARGUMENT} from all
     * ways to lock it again, before any I/O; through another view of the same key it would wait for itself. Threads that
     * share a view take turns as all others do: in no certain order, and when one's lock is lost, another may get it
     * before the first has unlocked.
     *
     * <p>If the system fails, all ways to lock end at once with the {@code LockException} that
     * {@link #acquire(String, LockOptions)} names, {@code lock()} too, which does not try again; with {@code ABORTED} if
     * this guard is closed. Nothing is locked then.
     *
     * @param options their timeout and retries do not count, as each method has its own limit, nor does their loss policy
     * @throws LockException {@code INVALID_ARGUMENT} if the key is invalid, or if the options do not go together
     */
    @CheckReturnValue
    public Lock asLock(String key, LockOptions options) {
        return new GuardedLock(this, key, options);
    }

    /**
     * Returns whether somebody holds a lock on the key, which may change before the caller looks at the answer. Blocks
     * for one round trip (CHK-1).
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; others if the system failed
     */
    @CheckReturnValue
    public boolean isLocked(String key) {
        return backend.isLocked(LockKey.of(key));
    }

    /**
     * Returns what is known of the live lock on a key, without raw values; empty if there is none. Blocks for one
     * round trip (LKP-1, LKP-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; others if the system failed
     */
    @CheckReturnValue
    public Optional<LockInfo> lookup(String key) {
        return backend.lookup(LockKey.of(key)).map(LockRecord::info);
    }

    /**
     * Returns what is known of the live lock an id holds, without raw values; empty if it holds none. Blocks for one
     * round trip (LKP-1, LKP-2).
     *
     * @throws LockException if the system failed
     */
    @CheckReturnValue
    public Optional<LockInfo> lookup(LockId id) {
        return backend.lookup(id).map(LockRecord::info);
    }

    /**
     * Returns the live lock on a key with its raw key and id: a capability to release it, for operators' tools only
     * (LKP-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} before anything happens; others if the system failed
     */
    @CheckReturnValue
    public Optional<LockRecord> lookupRaw(String key) {
        return backend.lookup(LockKey.of(key));
    }

    /**
     * Returns the live lock an id holds with its raw key and id, for operators' tools only (LKP-2).
     *
     * @throws LockException if the system failed
     */
    @CheckReturnValue
    public Optional<LockRecord> lookupRaw(LockId id) {
        return backend.lookup(id);
    }

    /**
     * Returns whether an id holds a live lock, by the server's word, which may change before the caller looks at the
     * answer: let the resource check the fence. Blocks for one round trip (LKP-1).
     *
     * @throws LockException if the system failed
     */
    @CheckReturnValue
    public boolean owns(LockId id) {
        return lookupRaw(id).isPresent();
    }

    /** Returns how many held locks are known, ones that have just expired included. */
    int heldLocks() {
        return context.heldLocks().size();
    }

    boolean isObserved() {
        return backend instanceof ObservedBackend;
    }

    /**
     * Ends the guard and its backend. Acquires under way, waiting ones included, end with {@code ABORTED}, and what they
     * are granted meanwhile is given back, for which there are a few seconds. Locks still held are given back, side by
     * side, within the {@linkplain GuardOptions#closeTimeout() close timeout}, and their holders told
     * ({@link LockHandle#lost()}); those that could not be free themselves after their ttl. Then all other calls in
     * flight end so, as do later ones. May be called again, to no effect. Throws nothing (OPT-3, HLD-7).
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            context.close(closeTimeout);
        }
    }
}
