package io.syncguard.internal.guard;

import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.internal.lease.BlockingHeldLock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one guard that are bound to a thread: those of work that the thread runs under a lock, and those of views as a
 * {@code Lock}. A lock that was handed out as a handle is bound to no thread. Nothing is kept of a lock that no thread has. Thread-safe;
 * each thread sees its own.
 */
final class HeldByThread {
    @SuppressWarnings("ThreadLocalUsage") // Each guard has locks of its own.
    private final ThreadLocal<@Nullable List<Hold>> holds = new ThreadLocal<>();

    /** What binds a lock to its thread, and so what may end it. */
    enum Binding {
        WORK,
        VIEW,
        REENTRANT_VIEW
    }

    /** One lock that a thread holds, from {@link #add} to {@link #remove}. Only that thread uses it. */
    static final class Hold {
        private final BlockingHeldLock lock;
        private final Binding binding;
        private int count = 1;

        private Hold(BlockingHeldLock lock, Binding binding) {
            this.lock = lock;
            this.binding = binding;
        }

        BlockingHeldLock lock() {
            return lock;
        }

        /** Returns how often it is locked. */
        int count() {
            return count;
        }

        /** Counts one more. Like the JDK's locks, it fails and changes nothing beyond two billion. */
        void again() {
            count = Math.incrementExact(count);
        }

        /** Counts one less, and returns whether it was the last. */
        boolean isLast() {
            count--;
            return count == 0;
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
                        + " reentrant: it would wait for itself. Do the inner work without locking again, or pass it the held lock."
                        + " Code that must lock again uses SyncGuard.asReentrantLock for both, the outer lock and the inner");
    }

    /** Notes that the calling thread has a lock, until {@link #remove}. */
    Hold add(BlockingHeldLock lock, Binding binding) {
        Hold hold = new Hold(lock, binding);
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

    /** Returns the lock of a key that the calling thread has in a certain way; null if it has not. */
    @Nullable
    Hold of(LockKey key, Binding binding) {
        List<Hold> own = holds.get();
        if (own != null) {
            for (Hold hold : own) {
                if (hold.binding == binding && hold.isOf(key)) {
                    return hold;
                }
            }
        }
        return null;
    }
}
