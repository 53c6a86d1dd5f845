package io.syncguard.spring.integration;

import io.syncguard.HeldLock;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockLostException;
import io.syncguard.LockOptions;
import io.syncguard.ReentrantKeyLock;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.ConcurrentModificationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.springframework.dao.CannotAcquireLockException;

/** The lock of a key as Spring Integration wants it. What threads have locked is noted with the guard, and not here. Thread-safe. */
final class RegistryLock implements ReentrantDistributedLock {
    private final SyncGuard guard;
    private final String key;
    private final LockOptions options;

    RegistryLock(SyncGuard guard, String key, LockOptions options) {
        this.guard = guard;
        this.key = key;
        this.options = options;
        try {
            var unused = view();
        } catch (InvalidArgumentException e) {
            throw new IllegalArgumentException("not a lock's key: " + e.getMessage(), e);
        }
    }

    /** Returns a view, which is not kept: a guard may be one that a framework restarts, with other views from then on. */
    private ReentrantKeyLock view() {
        return guard.asReentrantLock(key, options);
    }

    @Override
    public void lock() {
        try {
            view().lock();
        } catch (LockException e) {
            throw notAcquired(e);
        }
    }

    @Override
    public void lock(Duration ttl) {
        try {
            withTtl(ttl).lock();
        } catch (LockException e) {
            throw notAcquired(e);
        }
        ensureLife(ttl);
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        try {
            view().lockInterruptibly();
        } catch (LockException e) {
            throw notAcquired(e);
        }
    }

    @Override
    public boolean tryLock() {
        try {
            return view().tryLock();
        } catch (LockException e) {
            throw notAcquired(e);
        }
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        try {
            return view().tryLock(time, unit);
        } catch (LockException e) {
            throw notAcquired(e);
        }
    }

    @Override
    public boolean tryLock(Duration waitTime, Duration ttl) throws InterruptedException {
        boolean locked;
        try {
            locked = withTtl(ttl).tryLock(TimeUnit.NANOSECONDS.convert(waitTime), TimeUnit.NANOSECONDS);
        } catch (LockException e) {
            throw notAcquired(e);
        }
        if (locked) {
            ensureLife(ttl);
        }
        return locked;
    }

    private ReentrantKeyLock withTtl(Duration ttl) {
        LockOptions withTtl;
        try {
            withTtl = options.withTtl(ttl);
        } catch (InvalidArgumentException e) {
            throw new IllegalArgumentException("not the ttl of a lock: " + e.getMessage(), e);
        }
        return guard.asReentrantLock(key, withTtl);
    }

    /** Extends a lock that the thread had before, if it would end earlier than the caller asked for. */
    private void ensureLife(Duration ttl) {
        if (view().holdCount() == 1) {
            return;
        }
        try {
            HeldLock held = view().heldLock();
            if (held.remaining().compareTo(ttl) >= 0 || held.extend(ttl)) {
                return;
            }
        } catch (LockException e) {
            view().unlock();
            throw notAcquired(e);
        }
        view().unlock();
        throw new CannotAcquireLockException(this + " is lost, so that the thread that had it cannot lock it again");
    }

    private CannotAcquireLockException notAcquired(LockException e) {
        return new CannotAcquireLockException(this + " could not be locked", e);
    }

    @Override
    public void unlock() {
        try {
            view().unlock();
        } catch (IllegalMonitorStateException e) {
            throw new IllegalStateException("the calling thread has not locked " + this, e);
        } catch (LockLostException e) {
            ConcurrentModificationException lost = new ConcurrentModificationException(
                    this + " had ended before it was unlocked; another holder may have changed what it protects");
            lost.initCause(e);
            throw lost;
        }
    }

    @Override
    public boolean isHeldByCurrentThread() {
        return view().isHeldByCurrentThread();
    }

    @Override
    public int holdCount() {
        return view().holdCount();
    }

    @Override
    public HeldLock heldLock() {
        return view().heldLock();
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    /** Returns the fingerprint of the key and no raw value (KEY-8). */
    @Override
    public String toString() {
        return "RegistryLock[key=" + LockKey.of(key).fingerprint() + "]";
    }
}
