package io.syncguard.memory;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Absent;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.ListedLock;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import io.syncguard.spi.TurnAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    /** The processes that wait for a key. A key that nobody waits for has none. */
    private final Map<String, Map<MemoryTurns, Registration>> waiting = new HashMap<>();

    private int sweepAtSize = FIRST_SWEEP_SIZE;

    /**
     * A process that waits.
     *
     * @param place the number of its place, as {@link TurnAttempt#place}
     * @param cameNanos since when it has been waiting
     */
    private record Registration(long place, long cameNanos) {}

    MemoryKeyspace(MemoryClock clock) {
        this.clock = clock;
    }

    AcquireResult acquire(String stored, LockKey key, LockId id, Ttl ttl, @Nullable String holder) {
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
            MemoryLock lock = new MemoryLock(stored, id, fence, now, now + ttl.millis(), holder);
            put(lock, now);
            return acquired(lock);
        });
    }

    /** Tries to acquire a lock for a process that waits: takes it off the queue if it has the lock, and else puts it there. */
    AcquireResult acquireInLine(TurnAttempt attempt, MemoryTurns process, @Nullable String holder) {
        return atomically(() -> {
            String stored = attempt.stored();
            boolean leavesIt = !attempt.holdBack().isZero() && live(stored, clock.nowMillis()) == null;
            AcquireResult result = leavesIt
                    ? new Contended(Optional.empty(), Optional.of(attempt.holdBack()))
                    : acquire(stored, attempt.key(), attempt.id(), attempt.ttl(), holder);
            if (result instanceof Acquired) {
                remove(stored, process);
            } else if (attempt.isOpen()) {
                long cameNanos = clock.nanoTime() - attempt.waited().toNanos();
                waiting.computeIfAbsent(stored, unused -> new LinkedHashMap<>())
                        .put(process, new Registration(attempt.place(), cameNanos));
            }
            return result;
        });
    }

    ReleaseResult release(LockId id, MemoryTurns releasing) {
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
        MemoryTurns next = nextIfFree(released.key());
        if (next != null) {
            releasing.released(released.key(), next);
        }
        return ReleaseResult.RELEASED;
    }

    /** Takes the process whose turn it is off the queue of a free key, and returns it; null if none waits. */
    @Nullable
    MemoryTurns nextIfFree(String stored) {
        return atomically(() -> {
            Map<MemoryTurns, Registration> queue = waiting.get(stored);
            if (queue == null || live(stored, clock.nowMillis()) != null) {
                return null;
            }
            MemoryTurns next = queue.entrySet().stream()
                    .min(Comparator.comparingLong(each -> each.getValue().cameNanos()))
                    .orElseThrow()
                    .getKey();
            remove(stored, next);
            return next;
        });
    }

    /** Takes a process off the queue if it is there by this place, and not by a later one. */
    void leave(String stored, MemoryTurns process, long place) {
        atomically(() -> {
            Map<MemoryTurns, Registration> queue = waiting.get(stored);
            Registration known = queue == null ? null : queue.get(process);
            if (known != null && known.place() == place) {
                remove(stored, process);
            }
            return null;
        });
    }

    private void remove(String stored, MemoryTurns process) {
        Map<MemoryTurns, Registration> queue = waiting.get(stored);
        if (queue != null) {
            queue.remove(process);
            if (queue.isEmpty()) {
                waiting.remove(stored);
            }
        }
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

    /** Returns the live locks whose stored keys begin with a text. */
    List<ListedLock> list(String start) {
        return atomically(() -> {
            long now = clock.nowMillis();
            return locks.values().stream()
                    .filter(lock -> lock.isLive(now) && lock.key().startsWith(start))
                    .map(lock -> new ListedLock(lock.toRecord(now), OptionalInt.of(waitingFor(lock.key()))))
                    .toList();
        });
    }

    private int waitingFor(String stored) {
        Map<MemoryTurns, Registration> queue = waiting.get(stored);
        return queue == null ? 0 : queue.size();
    }

    /** Returns how many keys are waited for. */
    int waitedFor() {
        return atomically(waiting::size);
    }

    /** Returns how many locks are kept, by key or by id, dead ones included. */
    int size() {
        return atomically(() -> Math.max(locks.size(), index.size()));
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
        // Once the lock was dead, its id may have acquired another key.
        index.remove(lock.id(), lock.key());
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
