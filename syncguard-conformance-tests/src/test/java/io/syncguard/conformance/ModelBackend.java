package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.conformance.ModelServer.Lock;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.BackendCapabilities;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A small correct backend that can be given one {@link Fault}. It shares no code with the backends the suite is for, so
 * that the suite is tested against something of its own.
 */
final class ModelBackend implements LockBackend {
    private final ModelServer server;
    private final @Nullable Fault fault;

    /** What a backend counts that keeps its counters to itself. Guarded by the server's monitor. */
    private final Map<String, Long> ownFences = new HashMap<>();

    private final AtomicInteger acquiring = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread holderThread = Thread.currentThread();
    private final ModelAsyncBackend async;
    private final ModelWakeUps wakeUps;
    private boolean wakes = true;
    private volatile boolean closed;

    ModelBackend(ModelServer server, @Nullable Fault fault) {
        this.server = server;
        this.fault = fault;
        this.async = new ModelAsyncBackend(this, fault);
        this.wakeUps = newWakeUps();
        if (has(Fault.CLOSE_LEAVES_THREAD)) {
            Thread leaked = new Thread(this::linger, "leaked-by-model");
            leaked.setDaemon(true);
            leaked.start();
        }
    }

    /** Returns this backend, which cannot wake those that wait from now on. */
    ModelBackend polling() {
        wakes = false;
        return this;
    }

    private ModelWakeUps newWakeUps() {
        return new ModelWakeUps(this, server, key -> stored(key, false), fault);
    }

    private void linger() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean has(Fault asked) {
        return fault == asked;
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("model", false);
    }

    @Override
    public void ping() {
        boolean unanswered = (closed && has(Fault.PING_IGNORES_CLOSE))
                || (Thread.currentThread().isInterrupted() && has(Fault.PING_IGNORES_INTERRUPT));
        if (unanswered) {
            return;
        }
        check(LockOperation.PING, PING_KEY.value());
        String stored = stored(PING_KEY, true);
        synchronized (server) {
            Lock lock = server.locks.get(stored);
            if (has(Fault.PING_TAKES_A_LOCK)) {
                take(stored, LockId.random(), new Ttl(60_000));
            } else if (has(Fault.PING_COUNTS)) {
                server.fences.merge(counter(stored), 1L, Long::sum);
            } else if (has(Fault.PING_EXTENDS) && lock != null) {
                server.locks.put(
                        stored, new Lock(lock.key(), lock.id(), lock.fence(), lock.acquiredAt(), lock.expiresAt() + 1));
            }
        }
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId sent, Ttl ttl) {
        check(LockOperation.ACQUIRE, key.value());
        LockId id = has(Fault.OWN_ID_MADE_INSIDE) ? LockId.random() : sent;
        String stored = stored(key, true);
        if (has(Fault.ACQUIRE_FAILS_IN_A_CROWD) && acquiring.incrementAndGet() % 5 == 0) {
            throw failed(LockErrorCode.RATE_LIMITED, LockOperation.ACQUIRE, "too many at once");
        }
        if (has(Fault.CHECK_THEN_ACT)) {
            synchronized (server) {
                if (live(stored, Fault.NO_TOLERANCE_IN_ACQUIRE) != null) {
                    return contended(stored, id, ttl);
                }
            }
            LockSupport.parkNanos(100_000);
            synchronized (server) {
                return take(stored, id, ttl);
            }
        }
        synchronized (server) {
            Lock held = live(stored, Fault.NO_TOLERANCE_IN_ACQUIRE);
            if (held == null) {
                return take(stored, id, ttl);
            }
            if (held.id().equals(id) && !has(Fault.ACQUIRE_NOT_IDEMPOTENT)) {
                return has(Fault.REPEATED_ACQUIRE_COUNTS)
                        ? take(stored, id, ttl)
                        : new Acquired(held.fence(), Instant.ofEpochMilli(held.expiresAt()));
            }
            return contended(stored, id, ttl);
        }
    }

    /** An attempt in a place: an acquire, but for the faults that only places have. Holds the server's monitor. */
    AcquireResult acquireInPlace(LockKey key, LockId id, Ttl ttl) {
        if (has(Fault.PLACE_IGNORES_CLOSE) && closed) {
            return take(stored(key, true), id, ttl);
        }
        if (has(Fault.PLACE_IGNORES_INTERRUPT)) {
            boolean interrupted = Thread.interrupted();
            try {
                return acquire(key, id, ttl);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        check(LockOperation.ACQUIRE, key.value());
        String stored = stored(key, true);
        Lock held = live(stored, Fault.NO_TOLERANCE_IN_ACQUIRE);
        boolean own = held != null && held.id().equals(id);
        if (has(Fault.PLACE_TAKES_OVER) && held != null && !own) {
            server.locks.remove(stored);
        }
        if (has(Fault.PLACE_NOT_IDEMPOTENT) && own) {
            return contended(stored, id, ttl);
        }
        if (has(Fault.PLACE_COUNTS_CONTENTION) && held != null && !own) {
            server.fences.merge(counter(stored), 1L, Long::sum);
        }
        return acquire(key, id, ttl);
    }

    private AcquireResult contended(String stored, LockId id, Ttl ttl) {
        if (has(Fault.CONTENTION_THROWS)) {
            throw failed(LockErrorCode.ABORTED, LockOperation.ACQUIRE, "somebody else holds the lock");
        }
        if (has(Fault.FENCE_COUNTS_CONTENTION)) {
            server.fences.merge(counter(stored), 1L, Long::sum);
        }
        if (has(Fault.CONTENTION_LEAVES_INDEX)) {
            writeIndex(id, stored, ttl);
        }
        long freeAt = Objects.requireNonNull(server.locks.get(stored)).expiresAt() + 1000;
        return Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeAt - server.now()));
    }

    private AcquireResult take(String stored, LockId id, Ttl ttl) {
        if (server.abandoned.contains(id) && !has(Fault.CANCELLED_ACQUIRE_LANDS_LATE)) {
            throw failed(LockErrorCode.ABORTED, LockOperation.ACQUIRE, "it was abandoned");
        }
        Lock former = byId(id, Fault.NO_TOLERANCE);
        if (former != null && !former.key().equals(stored) && !has(Fault.ID_TAKES_MANY_KEYS)) {
            throw LockException.invalidArgument("the id holds another key");
        }
        if (has(Fault.FENCE_RESETS_AFTER_EXPIRY) && server.locks.containsKey(stored)) {
            server.fences.remove(counter(stored));
        }
        long last =
                Math.max(server.fences.getOrDefault(counter(stored), 0L), ownFences.getOrDefault(counter(stored), 0L));
        boolean exhausted = last >= FenceToken.MAX_VALUE;
        if (exhausted && !has(Fault.FENCE_CHECKED_AFTER_WRITING)) {
            throw failed(LockErrorCode.INTERNAL, LockOperation.ACQUIRE, "the counter is exhausted");
        }
        long now = server.now();
        FenceToken fence = exhausted ? new FenceToken(last) : next(last, now);
        (has(Fault.FENCE_COUNTED_BY_EACH_BACKEND) ? ownFences : server.fences).put(counter(stored), fence.value());
        server.locks.put(stored, new Lock(stored, id, fence, now, now + ttl.millis()));
        writeIndex(id, stored, ttl);
        if (exhausted) {
            throw failed(LockErrorCode.INTERNAL, LockOperation.ACQUIRE, "the counter is exhausted");
        }
        return new Acquired(fence, Instant.ofEpochMilli(now + ttl.millis()));
    }

    private FenceToken next(long last, long now) {
        long micros = TimeUnit.MILLISECONDS.toMicros(now);
        if (has(Fault.COUNTER_ONLY) || (has(Fault.CLOCK_FOR_NEW_KEYS_ONLY) && last > 0)) {
            return new FenceToken(last + 1);
        }
        if (has(Fault.CLOCK_ONLY)) {
            return NextFence.after(0, micros);
        }
        if (has(Fault.CLOCK_REPEATS_WITHIN_ITS_TICK)) {
            return NextFence.after(Math.max(0, last - 1), micros);
        }
        return NextFence.after(last, has(Fault.CLOCK_IN_OTHER_UNITS) ? now : micros);
    }

    private void writeIndex(LockId id, String stored, Ttl ttl) {
        server.index.put(indexed(id), stored);
        server.indexEnds.put(indexed(id), server.now() + ttl.millis() + 1000);
    }

    @Override
    public ReleaseResult release(LockId id) {
        check(LockOperation.RELEASE, id.value());
        String stored;
        synchronized (server) {
            stored = server.index.get(indexed(id));
        }
        ReleaseResult result = releaseNow(id);
        if (result == ReleaseResult.RELEASED && stored != null) {
            wakeUps.released(stored);
        }
        return result;
    }

    private ReleaseResult releaseNow(LockId id) {
        synchronized (server) {
            if (has(Fault.RELEASE_BOUND_TO_THREAD) && Thread.currentThread() != holderThread) {
                return ReleaseResult.ABSENT;
            }
            if (has(Fault.RELEASE_KEEPS_INDEX) && server.index.containsKey(indexed(id))) {
                server.locks.remove(server.index.get(indexed(id)));
                return ReleaseResult.RELEASED;
            }
            if (has(Fault.RELEASE_WITHOUT_OWNER_CHECK) && server.index.containsKey(indexed(id))) {
                server.locks.remove(server.index.remove(indexed(id)));
                return ReleaseResult.RELEASED;
            }
            Lock lock = byId(id, Fault.TOLERANCE_IN_IS_LOCKED_ONLY);
            if (lock == null) {
                return ReleaseResult.ABSENT;
            }
            remove(lock, id);
            return ReleaseResult.RELEASED;
        }
    }

    private void remove(Lock lock, LockId id) {
        if (!has(Fault.RELEASE_KEEPS_LOCK)) {
            server.locks.remove(lock.key());
        }
        server.index.remove(indexed(id));
        if (has(Fault.FENCE_RESETS_AFTER_RELEASE)) {
            server.fences.remove(counter(lock.key()));
        }
        if (has(Fault.COUNTERS_WITHIN_REACH) && lock.key().startsWith("fence:")) {
            server.fences.remove(counter(lock.key().substring("fence:".length())));
        }
    }

    @Override
    public ExtendResult extend(LockId id, Ttl ttl) {
        check(LockOperation.EXTEND, id.value());
        synchronized (server) {
            Lock lock = byId(id, Fault.TOLERANCE_IN_IS_LOCKED_ONLY);
            if (lock == null && has(Fault.EXTEND_RESURRECTS) && server.index.containsKey(indexed(id))) {
                lock = server.locks.get(server.index.get(indexed(id)));
            }
            if (lock == null || !lock.id().equals(id)) {
                return new ExtendResult.Absent();
            }
            long start = has(Fault.EXTEND_ADDS) ? lock.expiresAt() : server.now();
            long expiresAt = start + ttl.millis();
            server.locks.put(lock.key(), new Lock(lock.key(), lock.id(), lock.fence(), lock.acquiredAt(), expiresAt));
            if (!has(Fault.EXTEND_FORGETS_INDEX)) {
                server.indexEnds.put(indexed(id), expiresAt + 1000);
            }
            long answered = has(Fault.EXTEND_ANSWERS_OLD_EXPIRY) ? lock.expiresAt() : expiresAt;
            return new ExtendResult.Extended(Instant.ofEpochMilli(answered));
        }
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        if (!has(Fault.ABANDON_DOES_NOTHING)) {
            synchronized (server) {
                server.abandoned.add(id);
                LockBackend.super.abandon(key, id, ttl);
                if (has(Fault.FENCE_RESETS_AFTER_ABANDONING)) {
                    server.fences.remove(counter(stored(key, true)));
                }
            }
        }
    }

    @Override
    public boolean isLocked(LockKey key) {
        check(LockOperation.IS_LOCKED, key.value());
        String stored = stored(key, false);
        synchronized (server) {
            Lock present = server.locks.get(stored);
            boolean locked = live(stored, Fault.NO_TOLERANCE) != null;
            if (has(Fault.IS_LOCKED_DELETES) && present != null && present.expiresAt() <= server.now()) {
                server.locks.remove(stored);
            }
            if (has(Fault.IS_LOCKED_DELETES_COUNTER) && !locked) {
                server.fences.remove(counter(stored));
            }
            if (has(Fault.IS_LOCKED_COUNTS)) {
                server.fences.merge(counter(stored), 1L, Long::sum);
            }
            return locked;
        }
    }

    @Override
    public Optional<LockRecord> lookup(LockKey key) {
        check(LockOperation.LOOKUP, key.value());
        if (has(Fault.LOOKUP_BY_KEY_FAILS)) {
            throw failed(LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.LOOKUP, "a lookup that the model refuses");
        }
        synchronized (server) {
            return Optional.ofNullable(live(stored(key, false), Fault.TOLERANCE_IN_IS_LOCKED_ONLY))
                    .map(this::answered);
        }
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        check(LockOperation.LOOKUP, id.value());
        synchronized (server) {
            if (has(Fault.LOOKUP_BY_ID_FINDS_NOTHING)) {
                return Optional.empty();
            }
            if (has(Fault.CONTENTION_LEAVES_INDEX) && server.index.containsKey(indexed(id))) {
                return Optional.ofNullable(live(server.index.get(indexed(id)), Fault.NO_TOLERANCE))
                        .map(this::answered);
            }
            return Optional.ofNullable(byId(id, Fault.TOLERANCE_IN_IS_LOCKED_ONLY))
                    .map(this::answered);
        }
    }

    private LockRecord answered(Lock lock) {
        long left = lock.expiresAt() - server.now();
        return new LockRecord(
                lock.key(),
                lock.id(),
                lock.fence(),
                Instant.ofEpochMilli(lock.acquiredAt()),
                Instant.ofEpochMilli(lock.expiresAt()),
                Duration.ofMillis(has(Fault.NEGATIVE_TIME_LEFT) ? left : Math.max(0, left)));
    }

    /** Returns the live lock on a stored key; the caller's operation lacks the tolerance if the named fault is planted. */
    private @Nullable Lock live(String stored, Fault withoutTolerance) {
        Lock lock = server.locks.get(stored);
        long tolerance = has(withoutTolerance) || has(Fault.NO_TOLERANCE)
                ? 0
                : has(Fault.TWICE_THE_TOLERANCE) ? 2000 : has(Fault.NEVER_EXPIRES) ? Long.MAX_VALUE / 2 : 1000;
        return lock != null && lock.expiresAt() > server.now() - tolerance ? lock : null;
    }

    private @Nullable Lock byId(LockId id, Fault withoutTolerance) {
        String stored = server.index.get(indexed(id));
        boolean gone =
                has(Fault.EXTEND_FORGETS_INDEX) && server.indexEnds.getOrDefault(indexed(id), 0L) <= server.now();
        Lock lock = stored == null || gone ? null : live(stored, withoutTolerance);
        return lock != null && indexed(lock.id()).equals(indexed(id)) ? lock : null;
    }

    private String stored(LockKey key, boolean writing) {
        String raw = key.value();
        if (has(Fault.KEY_NOT_NORMALISED) && writing) {
            // As a store does that has a normal form of its own.
            return Normalizer.normalize(raw, Normalizer.Form.NFD);
        }
        if (has(Fault.KEYS_FOLDED)) {
            return raw.replace('/', '_');
        }
        if (has(Fault.LONG_KEYS_CUT) && raw.length() > 512) {
            return raw.substring(0, 512);
        }
        return has(Fault.COUNTERS_WITHIN_REACH)
                ? raw
                : StorageKeys.under("model").stored(key);
    }

    private String counter(String stored) {
        return counter(stored, fault);
    }

    /** Returns what the counter of a stored key is kept under. */
    static String counter(String stored, @Nullable Fault fault) {
        return fault == Fault.FENCE_SHARED_BY_KEYS ? "all" : stored;
    }

    private String indexed(LockId id) {
        return has(Fault.IDS_WITHOUT_CASE) ? id.value().toLowerCase(Locale.ROOT) : id.value();
    }

    private void check(LockOperation operation, String raw) {
        server.stall();
        LockOperation named = has(Fault.WRONG_OPERATION_NAMED) ? LockOperation.CONNECT : operation;
        if (closed && !has(Fault.CLOSE_IGNORED)) {
            throw failed(LockErrorCode.ABORTED, named, "closed" + (has(Fault.KEY_IN_MESSAGE) ? ": " + raw : ""));
        }
        if (Thread.currentThread().isInterrupted() && !has(Fault.INTERRUPT_IGNORED)) {
            if (has(Fault.INTERRUPT_FLAG_TAKEN)) {
                Thread.interrupted();
            }
            throw has(Fault.INTERRUPTED_SENDS)
                    ? LockException.outcomeUnknown(LockErrorCode.ABORTED, named, null, "interrupted", null)
                    : failed(LockErrorCode.ABORTED, named, "interrupted");
        }
    }

    private static LockException failed(LockErrorCode code, LockOperation operation, String message) {
        return LockException.failed(code, operation, null, message, null);
    }

    @Override
    public Optional<WakeUps> wakeUps() {
        if (!wakes || (has(Fault.WAKE_UPS_END_WITH_CLOSE) && closed)) {
            return Optional.empty();
        }
        return Optional.of(has(Fault.WAKE_UPS_CHANGE) ? newWakeUps() : wakeUps);
    }

    @Override
    public ModelAsyncBackend async() {
        return async;
    }

    @Override
    public void close() {
        closed = true;
        if (!has(Fault.CLOSE_LEAVES_THREAD)) {
            closing.countDown();
        }
        async.close();
        wakeUps.close();
        if (has(Fault.CLOSE_FAILS)) {
            throw new IllegalStateException("the model does not close");
        }
    }
}
