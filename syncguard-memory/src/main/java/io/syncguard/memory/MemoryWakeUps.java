package io.syncguard.memory;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.HoldBacks;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Wakes the waiters of one backend, directly from the release that frees their key. Thread-safe. */
final class MemoryWakeUps implements WakeUps {
    private static final Logger LOGGER = System.getLogger(MemoryWakeUps.class.getName());

    /** Several times what it takes a thread to wake up. */
    private static final Duration HOLD_BACK = Duration.ofMillis(1);

    private final MemoryLockBackend backend;
    private final MemoryKeyspace locks;
    private final StorageKeys keys;
    private final HoldBacks holdBacks = new HoldBacks(HOLD_BACK);

    MemoryWakeUps(MemoryLockBackend backend, MemoryKeyspace locks, StorageKeys keys) {
        this.backend = backend;
        this.locks = locks;
        this.keys = keys;
    }

    @Override
    public Place enter(LockKey key, Runnable wake) {
        MemoryPlace place = new MemoryPlace(key, keys.stored(key), wake);
        locks.enter(place.stored, place);
        return place;
    }

    @Override
    public Duration holdBack(LockKey key) {
        return holdBacks.of(keys.stored(key));
    }

    /** Called after a release, with whom it woke. */
    void released(String stored, MemoryPlace woken) {
        if (!woken.isOf(this)) {
            holdBacks.wokenElsewhere(stored);
        }
        woken.call();
    }

    /** A place of this backend's. */
    final class MemoryPlace implements Place {
        private final LockKey key;
        private final String stored;
        private final Runnable wake;

        private MemoryPlace(LockKey key, String stored, Runnable wake) {
            this.key = key;
            this.stored = stored;
            this.wake = wake;
        }

        private boolean isOf(MemoryWakeUps wakeUps) {
            return wakeUps == MemoryWakeUps.this;
        }

        /** Returns whether somebody can still come who is called. */
        boolean isOpen() {
            return !backend.isClosed();
        }

        /** What it throws is logged: whoever calls has other things to do. */
        private void call() {
            holdBacks.over(stored);
            try {
                wake.run();
            } catch (Exception | Error e) {
                LOGGER.log(
                        Level.WARNING, () -> "lock " + key.fingerprint() + ": calling one who waits for it failed", e);
            }
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            Duration holdBack = holdBacks.of(stored);
            return leavesIt(holdBack) ? taken(holdBack) : backend.acquire(key, id, ttl);
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            Duration holdBack = holdBacks.of(stored);
            return leavesIt(holdBack)
                    ? CompletableFuture.completedFuture(taken(holdBack))
                    : backend.async().acquire(key, id, ttl);
        }

        /** Returns whether a free lock is left to the one that was woken for it (WAI-3). */
        private boolean leavesIt(Duration holdBack) {
            return !holdBack.isZero() && !backend.isClosed() && !locks.isLocked(stored);
        }

        private AcquireResult taken(Duration holdBack) {
            return new Contended(Optional.empty(), Optional.of(holdBack));
        }

        /** What woke this place may have been meant for the next. */
        @Override
        public void close() {
            MemoryPlace next = locks.leave(stored, this);
            if (next != null) {
                next.call();
            }
        }
    }
}
