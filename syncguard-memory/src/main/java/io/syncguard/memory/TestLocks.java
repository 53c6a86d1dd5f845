package io.syncguard.memory;

import io.syncguard.CheckReturnValue;
import io.syncguard.GuardOptions;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.SyncGuard;
import io.syncguard.spi.StorageKeys;
import java.time.Duration;

/**
 * The test double for code that uses a {@link SyncGuard}: real locks in memory, whose time a test moves, and whose calls fail as the
 * test says. Thread-safe. Needs no closing; the guards do.
 *
 * <pre>{@code
 * TestLocks locks = TestLocks.create();
 * try (SyncGuard guard = locks.guard();
 *         SyncGuard elsewhere = locks.guard()) {
 *     HeldLock lock = guard.acquire("payment:42"); // for 30 s
 *
 *     locks.advance(Duration.ofSeconds(31));
 *
 *     log("held: " + lock.isHeld());
 *     elsewhere.run("payment:42", other -> log("charged elsewhere with fence " + other.fence()));
 *
 *     locks.failNext(LockErrorCode.SERVICE_UNAVAILABLE);
 *     try {
 *         guard.run("payment:42", () -> log("never runs"));
 *     } catch (BackendUnavailableException e) {
 *         log("try again later: " + e.isRetryable());
 *     }
 * }
 * }</pre>
 *
 * <p><b>Guards.</b> Each {@link #guard()} stands for a process. Code that connects by an address gets the locks of
 * {@link #named TestLocks.named("orders")} with {@code memory:orders}.
 *
 * <p><b>Time.</b> The clock runs as the machine's does, and {@link #advance(Duration)} moves it forward: for the locks, for their
 * fencing tokens, which follow it (FEN-1), and for all that the guards on them measure. A lock ends for its holder after its ttl, and is free for others a second later (TIME-3).
 *
 * <p><b>Failures.</b> {@link #loseLock} has the server lose a lock. {@link #failNext(Fault)} and {@link #failAll} make calls fail,
 * {@link #delayCalls} makes them slow, and {@link #recover} ends all that. They concern the calls of every guard, heartbeats and
 * what the background frees included.
 */
public final class TestLocks {
    private static final Duration LONGEST_ADVANCE = Duration.ofDays(3_650);
    private static final Duration LONGEST_DELAY = Duration.ofDays(365);

    private final MemoryStore store;

    private TestLocks(MemoryStore store) {
        this.store = store;
    }

    /** Returns locks of which none is held and nothing fails. */
    @CheckReturnValue
    public static TestLocks create() {
        return new TestLocks(new MemoryStore());
    }

    /**
     * Returns the locks that {@code SyncGuard.connect("memory:name")} uses, for code that connects by itself. They live as long as the
     * JVM does: choose a name for each test.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the name is null or empty
     */
    @CheckReturnValue
    public static TestLocks named(String name) {
        if (InvalidArgumentException.requireNonNull(name, "name").isEmpty()) {
            throw LockException.invalidArgument("shared locks need a name; create() makes locks without one");
        }
        return new TestLocks(MemoryStore.shared(name));
    }

    MemoryStore store() {
        return store;
    }

    /** Returns a guard on these locks, like another process on the same server. The caller closes it. */
    @CheckReturnValue
    public SyncGuard guard() {
        return guard(GuardOptions.defaults());
    }

    /** Returns a guard on these locks, like another process on the same server. The caller closes it. */
    @CheckReturnValue
    public SyncGuard guard(GuardOptions options) {
        return SyncGuard.using(backend(MemoryOptions.defaults()), options);
    }

    /** Returns a backend on these locks, for {@link SyncGuard#using}. The caller closes it, or the guard that it is handed to. */
    @CheckReturnValue
    public MemoryLockBackend backend(MemoryOptions options) {
        return MemoryLockBackend.on(store, options);
    }

    /**
     * Moves the clock forward in one jump, as if every process had stalled for that time and gone on.
     *
     * <ul>
     *   <li>{@code isHeld()} is false when this returns, for each lock whose ttl has passed. {@code lost()} and {@code onLost} follow
     *       on their own threads: a test waits for them.
     *   <li>A heartbeat that has become due was sent when this returns. A jump beyond the ttl comes too late for it, as a stall does:
     *       the lock is lost. Use {@link #advance(Duration, Duration)} to pass time in which heartbeats keep their locks.
     *   <li>A caller that waits for a lock tries again, and acquires a lock that has become free. If its timeout has passed, this was
     *       its last attempt. It goes on on its own thread: a test waits for it.
     *   <li>Minimum holds, operation timeouts and {@linkplain #delayCalls delays} end.
     * </ul>
     *
     * @param time from zero to 3,650 days
     * @throws LockException {@code INVALID_ARGUMENT} if it is anything else
     */
    public void advance(Duration time) {
        store.clock().advance(checked("the time to advance", time, LONGEST_ADVANCE));
    }

    /**
     * Moves the clock forward in steps, as time passes in processes that do not stall. Otherwise as {@link #advance(Duration)}. With
     * steps of at most a third of the ttl a heartbeat keeps its lock.
     *
     * @param time from zero to 3,650 days
     * @param step the longest step, more than zero
     * @throws LockException {@code INVALID_ARGUMENT} if one of them is anything else
     */
    public void advance(Duration time, Duration step) {
        Duration left = checked("the time to advance", time, LONGEST_ADVANCE);
        if (checked("the step", step, LONGEST_ADVANCE).isZero()) {
            throw LockException.invalidArgument("a step must be longer than zero");
        }
        while (left.compareTo(step) > 0) {
            advance(step);
            left = left.minus(step);
        }
        advance(left);
    }

    /**
     * Has the server lose the lock on a key, as a server does that restarts without its data. The fence counter stays.
     *
     * <p>Others can acquire it immediately. Its holder learns that as with a real server: by its next heartbeat, which an
     * {@linkplain #advance(Duration) advance} of a third of the ttl brings about, by an extension, or by its release.
     *
     * @return whether there was a lock
     * @throws LockException {@code INVALID_ARGUMENT} if the key is invalid
     */
    public boolean loseLock(String key) {
        return store.lose(StorageKeys.under(StorageKeys.DEFAULT_PREFIX).stored(LockKey.of(key)));
    }

    /**
     * Makes the next call fail, whichever it is. It changes nothing. The same as {@code failNext(Fault.of(code))}.
     *
     * @throws LockException {@code INVALID_ARGUMENT} as {@link Fault#of}
     */
    public void failNext(LockErrorCode code) {
        failNext(Fault.of(code));
    }

    /** Makes the next call fail that the fault concerns. Called several times, it makes that many calls fail, in this order. */
    public void failNext(Fault fault) {
        InvalidArgumentException.requireNonNull(fault, "fault");
        store.scripted().failNext(fault);
    }

    /** Makes all calls fail that the fault concerns, until {@link #recover}: an outage. Replaces an earlier fault of this kind. */
    public void failAll(Fault fault) {
        InvalidArgumentException.requireNonNull(fault, "fault");
        store.scripted().failAll(fault);
    }

    /**
     * Makes all calls slow that begin from now on: they take effect immediately, and their answers take this time, by the clock that
     * {@link #advance(Duration)} moves. A call whose answer takes longer than the {@linkplain MemoryOptions#withOperationTimeout
     * operation timeout}, 3 s unless set, fails with {@code NETWORK_TIMEOUT} of unknown outcome. Asynchronous calls do not block their
     * callers.
     *
     * @param delay from zero, which ends the delays, to 365 days
     * @throws LockException {@code INVALID_ARGUMENT} if it is anything else
     */
    public void delayCalls(Duration delay) {
        store.scripted().delayCalls(checked("the delay", delay, LONGEST_DELAY));
    }

    /** Ends all failures and delays. Calls that have begun go on as they began. */
    public void recover() {
        store.scripted().clear();
    }

    private static Duration checked(String what, Duration time, Duration longest) {
        InvalidArgumentException.requireNonNull(time, what);
        if (time.isNegative() || time.compareTo(longest) > 0) {
            throw LockException.invalidArgument(
                    what + " must be from zero to " + longest.toDays() + " days, not " + time);
        }
        return time;
    }
}
