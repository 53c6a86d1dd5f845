package io.syncguard.memory;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.memory.MemoryWakeUps.MemoryPlace;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The locks of a store under one prefix, with their counters and those that wait for them. Each operation is one atomic step under one
 * mutex. Thread-safe.
 *
 * <p>Counters stay for the life of the store (FEN-4); locks that died are swept now and then.
 */
final class MemoryKeyspace {
    private static final int FIRST_SWEEP_SIZE = 1024;

    /** How long a lock must have been over before asking about it may delete it (CHK-1). */
    private static final long CLEANUP_MILLIS = 2_000;

    private final ReentrantLock mutex = new ReentrantLock();
    private final MemoryClock clock;
    private final Map<String, MemoryLock> locks = new HashMap<>();
    private final Map<LockId, String> index = new HashMap<>();
    private final Map<String, Long> fences = new HashMap<>();
    private final Map<String, Deque<MemoryPlace>> places = new HashMap<>();
    private int sweepAtSize = FIRST_SWEEP_SIZE;

    MemoryKeyspace(MemoryClock clock) {
        this.clock = clock;
    }

    AcquireResult acquire(String stored, LockKey key, LockId id, Ttl ttl) {
        return atomically(() -> {
            long now = clock.nowMillis();
            MemoryLock held = live(stored, now);
            if (held != null) {
                return held.id().equals(id) ? acquired(held) : contended(held, now);
            }
            String other = index.get(id);
            if (other != null && live(other, now) != null) {
                throw LockException.invalidArgument(
                        "the lock id holds another key already; each acquisition needs an id of its own");
            }
            FenceToken fence = nextFence(stored, key, now);
            MemoryLock lock = new MemoryLock(stored, id, fence, now, now + ttl.millis());
            put(lock, now);
            return acquired(lock);
        });
    }

    ReleaseResult release(LockId id, MemoryWakeUps wakeUps) {
        MemoryLock released = atomically(() -> {
            MemoryLock lock = liveOf(id, clock.nowMillis());
            if (lock != null) {
                remove(lock);
            }
            return lock;
        });
        if (released == null) {
            return ReleaseResult.ABSENT;
        }
        MemoryPlace next = atomically(() -> next(released.key()));
        if (next != null) {
            wakeUps.released(released.key(), next);
        }
        return ReleaseResult.RELEASED;
    }

    /** Returns whose turn it is, and has him stand at the end for the turn after. Who cannot come any more has left. */
    private @Nullable MemoryPlace next(String stored) {
        Deque<MemoryPlace> waiting = places.get(stored);
        if (waiting == null) {
            return null;
        }
        waiting.removeIf(place -> !place.isOpen());
        MemoryPlace next = waiting.pollFirst();
        if (next == null) {
            places.remove(stored);
        } else {
            waiting.addLast(next);
        }
        return next;
    }

    void enter(String stored, MemoryPlace place) {
        atomically(() ->
                places.computeIfAbsent(stored, unused -> new ArrayDeque<>()).add(place));
    }

    /** Returns who is to be woken because the key is free, or null. */
    @Nullable
    MemoryPlace leave(String stored, MemoryPlace place) {
        return atomically(() -> {
            Deque<MemoryPlace> waiting = places.get(stored);
            if (waiting == null || !waiting.remove(place)) {
                return null;
            }
            if (waiting.isEmpty()) {
                places.remove(stored);
                return null;
            }
            return live(stored, clock.nowMillis()) == null ? next(stored) : null;
        });
    }

    ExtendResult extend(LockId id, Ttl ttl) {
        return atomically(() -> {
            long now = clock.nowMillis();
            MemoryLock lock = liveOf(id, now);
            if (lock == null) {
                return new Absent();
            }
            long expiresAt = now + ttl.millis();
            locks.put(lock.key(), lock.expiringAt(expiresAt));
            return new Extended(Instant.ofEpochMilli(expiresAt));
        });
    }

    boolean isLocked(String stored) {
        return atomically(() -> live(stored, clock.nowMillis()) != null);
    }

    /** Answers as {@link #isLocked(String)}, and deletes a lock that is long over. */
    boolean isLockedCleaningUp(String stored) {
        return atomically(() -> {
            long now = clock.nowMillis();
            MemoryLock lock = locks.get(stored);
            if (lock != null && now - lock.expiresAtMillis() > CLEANUP_MILLIS) {
                remove(lock);
            }
            return live(stored, now) != null;
        });
    }

    /** Deletes a live lock without telling anybody, and returns whether there was one. */
    boolean lose(String stored) {
        return atomically(() -> {
            MemoryLock lock = live(stored, clock.nowMillis());
            if (lock != null) {
                remove(lock);
            }
            return lock != null;
        });
    }

    Optional<LockRecord> lookup(String stored) {
        return atomically(() -> {
            long now = clock.nowMillis();
            return Optional.ofNullable(live(stored, now)).map(lock -> lock.toRecord(now));
        });
    }

    Optional<LockRecord> lookup(LockId id) {
        return atomically(() -> {
            long now = clock.nowMillis();
            return Optional.ofNullable(liveOf(id, now)).map(lock -> lock.toRecord(now));
        });
    }

    /** Returns how many locks are kept, dead ones included. */
    int size() {
        return atomically(locks::size);
    }

    /** Sets the last fence counted for a stored key. */
    void setFence(String stored, long value) {
        atomically(() -> fences.put(stored, value));
    }

    private <T extends @Nullable Object> T atomically(Supplier<T> step) {
        mutex.lock();
        try {
            return step.get();
        } finally {
            mutex.unlock();
        }
    }

    private @Nullable MemoryLock live(String stored, long now) {
        MemoryLock lock = locks.get(stored);
        return lock != null && lock.isLive(now) ? lock : null;
    }

    private @Nullable MemoryLock liveOf(LockId id, long now) {
        String stored = index.get(id);
        MemoryLock lock = stored == null ? null : live(stored, now);
        return lock != null && lock.id().equals(id) ? lock : null;
    }

    private FenceToken nextFence(String stored, LockKey key, long now) {
        long last = fences.getOrDefault(stored, 0L);
        if (last >= FenceToken.MAX_VALUE) {
            throw LockException.failed(
                    LockErrorCode.INTERNAL,
                    LockOperation.ACQUIRE,
                    key.fingerprint(),
                    "the key's fence counter is exhausted; use another key",
                    null);
        }
        FenceToken next = NextFence.after(last, TimeUnit.MILLISECONDS.toMicros(now));
        fences.put(stored, next.value());
        return next;
    }

    private void put(MemoryLock lock, long now) {
        MemoryLock dead = locks.put(lock.key(), lock);
        if (dead != null) {
            index.remove(dead.id(), dead.key());
        }
        index.put(lock.id(), lock.key());
        if (locks.size() >= sweepAtSize) {
            sweep(now);
        }
    }

    private void remove(MemoryLock lock) {
        locks.remove(lock.key());
        index.remove(lock.id());
    }

    /** Drops dead locks. Sweeping again only when twice as many are left keeps the cost per acquire constant. */
    private void sweep(long now) {
        locks.values().removeIf(lock -> !lock.isLive(now));
        index.values().removeIf(stored -> !locks.containsKey(stored));
        sweepAtSize = Math.max(FIRST_SWEEP_SIZE, locks.size() * 2);
    }

    private static Acquired acquired(MemoryLock lock) {
        return new Acquired(lock.fence(), Instant.ofEpochMilli(lock.expiresAtMillis()));
    }

    private static Contended contended(MemoryLock held, long now) {
        long freeAt = Tolerance.freeAtMillis(held.expiresAtMillis());
        return Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - now));
    }
}
