package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who holds a lock and writes down when they are told that it is lost. */
final class Holder {
    private final String key;
    private final HeldLock lock;
    private final AtomicInteger timesTold = new AtomicInteger();
    private volatile long toldNanos;
    private long deadlineNanos;

    Holder(SyncGuard guard, String key, LockOptions options) {
        this.key = key;
        this.lock = guard.tryAcquire(key, options).orElseThrow();
        lock.onLost(() -> {
            toldNanos = System.nanoTime();
            timesTold.incrementAndGet();
        });
    }

    String key() {
        return key;
    }

    HeldLock lock() {
        return lock;
    }

    /** Writes down until when the lock is certainly held, unless it is renewed. */
    void noteDeadline() {
        assertThat(lock.isHeld()).isTrue();
        deadlineNanos = lock.remaining().toNanos() + System.nanoTime();
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    int timesTold() {
        return timesTold.get();
    }

    long toldNanos() {
        return toldNanos;
    }
}
