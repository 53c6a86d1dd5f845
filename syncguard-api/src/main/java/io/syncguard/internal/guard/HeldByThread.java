package io.syncguard.internal.guard;

import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one guard that are bound to a thread: those of work that the thread runs under a lock, and those of views as a
 * {@code Lock}. A lock that was handed out as a handle is bound to no thread. Thread-safe; each thread sees its own.
 */
final class HeldByThread {
    @SuppressWarnings("ThreadLocalUsage") // Each guard has locks of its own.
    private final ThreadLocal<@Nullable List<Hold>> holds = new ThreadLocal<>();

    /** One lock that a thread holds, from {@link #add} to {@link #remove}. */
    static final class Hold {
        private final BlockingHeldLock lock;
        private final boolean byView;

        private Hold(BlockingHeldLock lock, boolean byView) {
            this.lock = lock;
            this.byView = byView;
        }

        private boolean isOf(LockKey key) {
            return lock.isOf(key);
        }
    }

    /**
     * Refuses to wait for a lock that the calling thread has itself.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it has
     */
    void requireNot(LockKey key) {
        List<Hold> own = holds.get();
        if (own != null) {
            for (Hold hold : own) {
                if (hold.isOf(key)) {
                    throw selfWait(hold.lock);
                }
            }
        }
    }

    private static LockException selfWait(BlockingHeldLock lock) {
        return LockException.invalidArgument(
                "this thread already has the lock [" + lock.label() + "], and locks are not"
                        + " reentrant: it would wait for itself. Do the inner work without locking again, or pass it the held lock");
    }

    /** Notes that the calling thread has a lock, until {@link #remove}. */
    Hold add(BlockingHeldLock lock, boolean byView) {
        Hold hold = new Hold(lock, byView);
        List<Hold> own = holds.get();
        if (own == null) {
            own = new ArrayList<>(2);
            holds.set(own);
        }
        own.add(hold);
        return hold;
    }

    /** Forgets a lock of the calling thread. */
    void remove(Hold hold) {
        List<Hold> own = holds.get();
        if (own != null) {
            // The empty list stays with the thread: it refers to nothing, and the next work need not make one.
            own.remove(hold);
        }
    }

    /** Forgets and returns what the calling thread has locked through a view of a key; null if there is nothing. */
    @Nullable
    BlockingHeldLock takeViewed(LockKey key) {
        List<Hold> own = holds.get();
        if (own != null) {
            for (Hold hold : own) {
                if (hold.byView && hold.isOf(key)) {
                    remove(hold);
                    return hold.lock;
                }
            }
        }
        return null;
    }
}
