package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.Fingerprint;
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
import io.syncguard.spi.LockListing;
import io.syncguard.spi.NextFence;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.WakeUps;
import io.syncguard.testsupport.Pause;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A small correct backend that can be given one {@link Fault}. It shares no code with the backends the suite is for, so
 * that the suite is tested against something of its own.
 */
final class ModelBackend implements LockBackend {
    private static final System.Logger LOG = System.getLogger(ModelBackend.class.getName());

    /** Longer than a test waits that expects no more than some seconds. */
    private static final long HANG_MILLIS = 10_000;

    private final ModelServer server;
    private final @Nullable Fault fault;

    /** What a backend counts that keeps its counters to itself. Guarded by the server's monitor. */
    private final Map<String, Long> ownFences = new HashMap<>();

    /** The keys that were free when somebody asked, for a fault. */
    private final Set<LockKey> seenFree = ConcurrentHashMap.newKeySet();

    private volatile boolean pinged;
    private final AtomicInteger acquiring = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread holderThread = Thread.currentThread();
    private final ModelAsyncBackend async;
    private final ModelWakeUps wakeUps;
    private final ModelListing listing;
    private final ModelCalls calls;
    private final Duration timeout;

    /** The locks that were taken through this backend. Guarded by the server's monitor. */
    private final Set<LockId> takenHere = new HashSet<>();

    /** Whether the acquire that holds the server's monitor is an attempt in a place. */
    private boolean inPlace;

    private final ReentrantLock mutex = new ReentrantLock();
    private volatile @Nullable String holder;
    private boolean wakes = true;
    private long clockAheadMillis;
    private volatile boolean dead;
    private volatile boolean closed;

    ModelBackend(ModelServer server, @Nullable Fault fault) {
        this(server, fault, null, Duration.ofSeconds(3));
    }

    /** Creates a backend that reaches its server through a network, where one is given. */
    ModelBackend(ModelServer server, @Nullable Fault fault, @Nullable ModelNetwork network, Duration timeout) {
        this.server = server;
        this.fault = fault;
        this.timeout = timeout;
        this.calls = new ModelCalls(server, fault, network, timeout, this::releaseTaken);
        this.async = new ModelAsyncBackend(this, fault);
        this.wakeUps = newWakeUps();
        this.listing = new ModelListing(
                server,
                fault,
                lock -> live(lock.key(), Fault.NO_TOLERANCE) != null,
                this::answered,
                this::checkListing,
                calls);
        if (has(Fault.CLOSE_LEAVES_THREAD) || has(Fault.CLOSE_WHILE_DOWN_LEAVES_THREAD)) {
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

    /** Returns this backend, whose releases call everybody that waits from now on. */
    ModelBackend broadcasting() {
        wakeUps.broadcast();
        return this;
    }

    /** Returns this backend, in a process whose clock is wrong from now on. */
    ModelBackend withClock(Duration ahead) {
        clockAheadMillis = ahead.toMillis();
        return this;
    }

    /** Has the process of this backend be killed: nothing is closed, and nobody hears of it but the server, whose connections end. */
    void die() {
        dead = true;
        if (has(Fault.DEATH_RELEASES_LOCKS)) {
            releaseTaken();
        }
    }

    private void releaseTaken() {
        synchronized (server) {
            server.locks.values().removeIf(lock -> takenHere.contains(lock.id()));
        }
    }

    boolean isDead() {
        return dead;
    }

    /** Returns the server's clock; the client's if that is the fault. */
    private long now(Fault byClientsClock) {
        return server.now() + (has(byClientsClock) ? clockAheadMillis : 0);
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

    ModelCalls calls() {
        return calls;
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("model", false, timeout);
    }

    @Override
    public void ping() {
        boolean unanswered = (closed && has(Fault.PING_IGNORES_CLOSE))
                || (Thread.currentThread().isInterrupted() && has(Fault.PING_IGNORES_INTERRUPT));
        if (unanswered) {
            return;
        }
        check(LockOperation.PING, PING_KEY.value());
        if (has(Fault.PING_ASKS_ONCE) && pinged) {
            return;
        }
        boolean unused = calls.answer(LockOperation.PING, false, this::pingNow);
        pinged = true;
    }

    private boolean pingNow() {
        String stored = stored(PING_KEY, true);
        synchronized (server) {
            Lock lock = server.locks.get(stored);
            if (has(Fault.PING_TAKES_A_LOCK)) {
                var unused = take(stored, LockId.random(), new Ttl(60_000), Long.MAX_VALUE);
            } else if (has(Fault.PING_COUNTS)) {
                server.fences.merge(counter(stored), 1L, Long::sum);
            } else if (has(Fault.PING_EXTENDS) && lock != null) {
                server.locks.put(
                        stored, new Lock(lock.key(), lock.id(), lock.fence(), lock.acquiredAt(), lock.expiresAt() + 1));
            }
            return true;
        }
    }

    @Override
    public AcquireResult acquire(LockKey key, LockId sent, Ttl ttl) {
        check(LockOperation.ACQUIRE, key.value());
        seenFree.remove(key);
        boolean late = calls.isStalled();
        long clients = server.now();
        long begun = has(Fault.TIME_OF_THE_TRANSACTION)
                ? calls.answer(LockOperation.ACQUIRE, true, server::now)
                : has(Fault.CLIENTS_CLOCK) ? clients : Long.MAX_VALUE;
        if (has(Fault.REFUSED_ACQUIRE_KEEPS_A_MUTEX)) {
            mutex.lock();
        }
        AcquireResult result;
        try {
            result = calls.answer(LockOperation.ACQUIRE, true, () -> acquireNow(key, sent, ttl, late, begun));
        } catch (LockException e) {
            if (!has(Fault.CUT_ACQUIRE_SENT_AGAIN_AS_ANOTHER) || !ModelCalls.isCut(e)) {
                throw e;
            }
            LockId another = LockId.random();
            result = calls.answer(LockOperation.ACQUIRE, true, () -> acquireNow(key, another, ttl, late, begun));
        }
        if (has(Fault.REFUSED_ACQUIRE_KEEPS_A_MUTEX)) {
            mutex.unlock();
        }
        return result;
    }

    private AcquireResult acquireNow(LockKey key, LockId sent, Ttl ttl, boolean late, long begun) {
        boolean another = has(Fault.OWN_ID_MADE_INSIDE) || (late && has(Fault.LATE_ACQUIRE_COUNTS_AS_ANOTHER));
        LockId id = another ? LockId.random() : sent;
        String stored = stored(key, true);
        if (has(Fault.ACQUIRE_FAILS_IN_A_CROWD) && acquiring.incrementAndGet() % 5 == 0) {
            throw ModelCalls.failed(LockErrorCode.RATE_LIMITED, LockOperation.ACQUIRE, "too many at once");
        }
        if (late && has(Fault.LATE_ACQUIRE_TAKES_OVER)) {
            synchronized (server) {
                server.locks.remove(stored);
                server.abandoned.remove(id);
            }
        }
        if (checksFirst(stored)) {
            Optional<AcquireResult> refused = calls.step(() -> {
                synchronized (server) {
                    return Optional.ofNullable(live(stored, Fault.NO_TOLERANCE_IN_ACQUIRE))
                            .map(held -> alreadyHeld(held, key, id, ttl, begun));
                }
            });
            return refused.orElseGet(() -> calls.step(() -> takeUnchecked(key, id, ttl, begun)));
        }
        return calls.step(() -> acquireAtOnce(key, id, ttl, begun));
    }

    private AcquireResult takeUnchecked(LockKey key, LockId id, Ttl ttl, long begun) {
        synchronized (server) {
            Lock held = live(stored(key, true), Fault.NO_TOLERANCE_IN_ACQUIRE);
            boolean own = held == null || held.id().equals(id);
            return has(Fault.ACQUIRE_READS_ITS_ID_THEN_WRITES) && !own
                    ? contended(key, id, ttl)
                    : take(stored(key, true), id, ttl, begun);
        }
    }

    private AcquireResult acquireAtOnce(LockKey key, LockId id, Ttl ttl, long begun) {
        String stored = stored(key, true);
        synchronized (server) {
            Lock held = live(stored, Fault.NO_TOLERANCE_IN_ACQUIRE);
            Lock present = server.locks.get(stored);
            if (has(Fault.DEAD_ID_TOLD_ITS_OLD_ANSWER)
                    && present != null
                    && present.id().equals(id)) {
                return new Acquired(present.fence(), Instant.ofEpochMilli(present.expiresAt()));
            }
            if (held == null && wakeUps.isKeptByDead(stored)) {
                return Contended.unknown();
            }
            return held == null ? take(stored, id, ttl, begun) : alreadyHeld(held, key, id, ttl, begun);
        }
    }

    private boolean checksFirst(String stored) {
        synchronized (server) {
            return has(Fault.CHECK_THEN_ACT)
                    || has(Fault.ACQUIRE_READS_ITS_ID_THEN_WRITES)
                    || (has(Fault.CHECK_THEN_ACT_ON_USED_KEYS) && server.fences.containsKey(counter(stored)))
                    || (has(Fault.CHECK_THEN_ACT_ON_DEAD_LOCKS) && server.locks.containsKey(stored));
        }
    }

    private AcquireResult alreadyHeld(Lock held, LockKey key, LockId id, Ttl ttl, long begun) {
        if (held.id().equals(id) && !has(Fault.ACQUIRE_NOT_IDEMPOTENT)) {
            if (has(Fault.LAST_FENCE_NOT_REPEATED) && held.fence().value() == FenceToken.MAX_VALUE) {
                throw ModelCalls.failed(LockErrorCode.INTERNAL, LockOperation.ACQUIRE, "the counter is exhausted");
            }
            if (has(Fault.REPEATED_ACQUIRE_UNDOES_EXTENSION)) {
                return setExpiry(held.key(), server.firstExpiry(held)) instanceof ExtendResult.Extended undone
                        ? new Acquired(held.fence(), undone.expiresAt())
                        : Contended.unknown();
            }
            if (has(Fault.REPEATED_ACQUIRE_LABELS)) {
                label(id, held.key());
            }
            boolean anew = has(Fault.REPEATED_ACQUIRE_COUNTS)
                    || (has(Fault.REPEATED_WITHIN_TOLERANCE_ACQUIRES_ANEW) && isExpired(held));
            return anew
                    ? take(held.key(), id, ttl, begun)
                    : new Acquired(held.fence(), Instant.ofEpochMilli(held.expiresAt()));
        }
        return has(Fault.DEAD_ID_TAKES_BACK) && held.key().equals(server.taken.get(id))
                ? take(held.key(), id, ttl, begun)
                : contended(key, id, ttl);
    }

    /** An attempt in a place: an acquire, but for the faults that only places have. Holds the server's monitor. */
    AcquireResult acquireInPlace(LockKey key, LockId id, Ttl ttl) {
        inPlace = true;
        try {
            return attempted(key, id, ttl);
        } finally {
            inPlace = false;
        }
    }

    /** Refuses an attempt in a place that must not be sent. */
    void checkInPlace(LockKey key) {
        boolean unchecked = (has(Fault.PLACE_IGNORES_CLOSE) && closed)
                || (has(Fault.PLACE_IGNORES_INTERRUPT) && Thread.currentThread().isInterrupted());
        if (!unchecked) {
            check(LockOperation.ACQUIRE, key.value());
        }
    }

    private AcquireResult attempted(LockKey key, LockId id, Ttl ttl) {
        String stored = stored(key, true);
        Lock present = server.locks.get(stored);
        if (has(Fault.PLACE_TAKES_OVER_AT_EXPIRY) && present != null && isExpired(present)) {
            server.locks.remove(stored);
        }
        Lock held = live(stored, Fault.NO_TOLERANCE_IN_ACQUIRE);
        boolean own = held != null && held.id().equals(id);
        if (has(Fault.PLACE_TAKES_OVER) && held != null && !own) {
            server.locks.remove(stored);
        }
        if (has(Fault.PLACE_NOT_IDEMPOTENT) && own) {
            return contended(key, id, ttl);
        }
        if (has(Fault.PLACE_COUNTS_CONTENTION) && held != null && !own) {
            server.fences.merge(counter(stored), 1L, Long::sum);
        }
        return acquireNow(key, id, ttl, false, Long.MAX_VALUE);
    }

    private AcquireResult contended(LockKey key, LockId id, Ttl ttl) {
        String stored = stored(key, true);
        if (has(Fault.KEY_LOGGED)) {
            LOG.log(Level.INFO, "somebody else holds {0}", key.value());
        }
        if (has(Fault.KEY_PRINTED)) {
            System.err.println("somebody else holds " + key.value());
        }
        if (has(Fault.CONTENTION_THROWS)) {
            throw ModelCalls.failed(LockErrorCode.ABORTED, LockOperation.ACQUIRE, "somebody else holds the lock");
        }
        if (has(Fault.FENCE_COUNTS_CONTENTION)) {
            server.fences.merge(counter(stored), 1L, Long::sum);
        }
        if (has(Fault.CONTENTION_LEAVES_INDEX)) {
            writeIndex(id, stored, ttl);
        }
        Lock held = Objects.requireNonNull(server.locks.get(stored));
        long freeAt = (has(Fault.FREE_AT_BY_FIRST_EXPIRY) ? server.firstExpiry(held) : held.expiresAt()) + 1000;
        long freeIn = freeAt - now(Fault.FREE_IN_BY_CLIENTS_CLOCK) - (has(Fault.FREE_IN_WITHOUT_TOLERANCE) ? 1000 : 0);
        if (has(Fault.FREE_IN_ZERO_WITHIN_TOLERANCE) && isExpired(held)) {
            freeIn = 0;
        }
        return Contended.until(
                Instant.ofEpochMilli(has(Fault.FREE_AT_WITHOUT_TOLERANCE) ? freeAt - 1000 : freeAt),
                Duration.ofMillis(has(Fault.FREE_IN_OVERFLOWS) ? (int) freeIn : freeIn));
    }

    private boolean isExpired(Lock lock) {
        return lock.expiresAt() <= server.now();
    }

    private void label(LockId id, String stored) {
        if (holder != null && !(inPlace && has(Fault.LABEL_NOT_IN_PLACES))) {
            int length = has(Fault.LABEL_CUT) ? 64 : holder.length();
            server.holders.put(labelled(id, stored), holder.substring(0, Math.min(length, holder.length())));
        }
    }

    private String labelled(LockId id, String stored) {
        return has(Fault.LABEL_OF_KEY) ? stored : id.value();
    }

    private AcquireResult take(String stored, LockId id, Ttl asked, long begun) {
        boolean cut = inPlace && has(Fault.PLACE_TTL_IN_SECONDS);
        Ttl ttl = cut ? new Ttl(Math.max(1, asked.millis() - asked.millis() % 1_000)) : asked;
        if (server.abandoned.contains(id) && has(Fault.ABANDONED_ID_TOLD_CONTENTION)) {
            return Contended.unknown();
        }
        if (server.abandoned.contains(id) && !has(Fault.CANCELLED_ACQUIRE_LANDS_LATE)) {
            throw ModelCalls.failed(LockErrorCode.ABORTED, LockOperation.ACQUIRE, "it was abandoned");
        }
        Lock former = byId(id, Fault.NO_TOLERANCE);
        boolean ignored = has(Fault.ID_TAKES_MANY_KEYS)
                || (has(Fault.SECOND_KEY_WITHIN_TOLERANCE) && former != null && isExpired(former));
        if (former != null && !former.key().equals(stored) && !ignored) {
            if (has(Fault.REFUSED_ACQUIRE_COUNTS)) {
                server.fences.merge(counter(stored), 1L, Long::sum);
            }
            throw LockException.invalidArgument(
                    "the id holds another key" + (has(Fault.ID_IN_REFUSAL) ? ": " + id.value() : ""));
        }
        if (server.fenceEnds.getOrDefault(stored, Long.MAX_VALUE) <= server.now()) {
            server.fences.remove(counter(stored));
        }
        if (has(Fault.FENCE_RESETS_AFTER_EXPIRY) && server.locks.containsKey(stored)) {
            server.fences.remove(counter(stored));
        }
        long last =
                Math.max(server.fences.getOrDefault(counter(stored), 0L), ownFences.getOrDefault(counter(stored), 0L));
        boolean exhausted = last >= FenceToken.MAX_VALUE;
        if (exhausted && !has(Fault.FENCE_CHECKED_AFTER_WRITING)) {
            throw ModelCalls.failed(LockErrorCode.INTERNAL, LockOperation.ACQUIRE, "the counter is exhausted");
        }
        long now = Math.min(begun, now(Fault.EXPIRY_BY_WRONG_CLOCK));
        FenceToken fence = exhausted
                ? new FenceToken(last)
                : next(stored, last, has(Fault.FENCE_BY_CLIENTS_CLOCK) ? now(Fault.FENCE_BY_CLIENTS_CLOCK) : now);
        if (has(Fault.RELEASED_ID_TOLD_ITS_OLD_FENCE)) {
            fence = server.firstFences.computeIfAbsent(id, firstTime(fence));
        }
        (has(Fault.FENCE_COUNTED_BY_EACH_BACKEND) ? ownFences : server.fences).put(counter(stored), fence.value());
        server.locks.put(stored, new Lock(stored, id, fence, now, now + ttl.millis()));
        server.taken.put(id, stored);
        server.firstExpiries.put(id, now + ttl.millis());
        takenHere.add(id);
        label(id, stored);
        server.ends.remove(stored);
        server.fenceEnds.remove(stored);
        if (has(Fault.COUNTER_ENDS_AFTER_EXPIRY)) {
            server.fenceEnds.put(stored, now + ttl.millis() + 1500);
        }
        writeIndex(id, stored, ttl);
        if (exhausted) {
            throw ModelCalls.failed(LockErrorCode.INTERNAL, LockOperation.ACQUIRE, "the counter is exhausted");
        }
        return new Acquired(fence, Instant.ofEpochMilli(now + ttl.millis()));
    }

    private static Function<LockId, FenceToken> firstTime(FenceToken fence) {
        return unused -> fence;
    }

    /** Returns whether a fault has the counter alone say the next fence of a key that was used before. */
    private boolean countsWithoutClock(String stored) {
        Fault end = server.locks.containsKey(stored)
                ? Fault.EXPIRY_COUNTS_WITHOUT_CLOCK
                : server.ends.getOrDefault(stored, Fault.COUNTER_ONLY);
        return has(end)
                || (calls.wasDown() && has(Fault.RESTART_COUNTS_WITHOUT_CLOCK))
                || (inPlace && has(Fault.PLACE_COUNTS_WITHOUT_CLOCK));
    }

    private FenceToken next(String stored, long last, long now) {
        long micros = TimeUnit.MILLISECONDS.toMicros(now);
        if ((last > 0 || calls.wasDown()) && countsWithoutClock(stored)) {
            return new FenceToken(last + 1);
        }
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
        if (has(Fault.ID_LOGGED)) {
            LOG.log(Level.DEBUG, "releasing {0}", id.value());
        }
        String sent = indexedKey(id);
        boolean byKey = calls.isStalled() && has(Fault.LATE_RELEASE_BY_KEY);
        return calls.answer(LockOperation.RELEASE, true, () -> byKey ? releaseByKey(sent) : releaseAndCall(id));
    }

    private @Nullable String indexedKey(LockId id) {
        synchronized (server) {
            return server.index.get(indexed(id));
        }
    }

    private ReleaseResult releaseByKey(@Nullable String stored) {
        synchronized (server) {
            return server.locks.remove(stored) == null ? ReleaseResult.ABSENT : ReleaseResult.RELEASED;
        }
    }

    private ReleaseResult releaseAndCall(LockId id) {
        String stored = indexedKey(id);
        boolean silent = has(Fault.RELEASE_WITHIN_TOLERANCE_CALLS_NOBODY)
                && read(id).filter(this::isExpired).isPresent();
        ReleaseResult result = releaseNow(id);
        if (result == ReleaseResult.RELEASED && stored != null && !silent) {
            wakeUps.released(stored);
        }
        return result;
    }

    private ReleaseResult releaseNow(LockId id) {
        if (has(Fault.RELEASES_FROM_MEMORY) && isLost(id)) {
            return ReleaseResult.RELEASED;
        }
        if (has(Fault.RELEASE_READS_THEN_DELETES) || has(Fault.RELEASE_READS_THEN_ANSWERS)) {
            return readThenRelease(id);
        }
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
            Lock lock = byId(id, Fault.RELEASE_TOLERANCE_OF_1300_MS);
            if (lock == null) {
                dropDeadCounter(id);
                return ReleaseResult.ABSENT;
            }
            if (!has(Fault.RELEASE_WITHIN_TOLERANCE_KEEPS_LOCK) || !isExpired(lock)) {
                remove(lock, id);
            }
            return ReleaseResult.RELEASED;
        }
    }

    private void dropDeadCounter(LockId id) {
        String stored = server.index.get(indexed(id));
        if (has(Fault.DEAD_LOCK_TAKES_ITS_COUNTER) && stored != null && server.locks.containsKey(stored)) {
            server.fences.remove(counter(stored));
        }
    }

    private ReleaseResult readThenRelease(LockId id) {
        Optional<Lock> found = calls.step(() -> read(id));
        return found.map(read -> calls.step(() -> release(read, id))).orElse(ReleaseResult.ABSENT);
    }

    private Optional<Lock> read(LockId id) {
        synchronized (server) {
            return Optional.ofNullable(byId(id, Fault.NO_TOLERANCE));
        }
    }

    private ReleaseResult release(Lock read, LockId id) {
        synchronized (server) {
            if (has(Fault.RELEASE_READS_THEN_DELETES)) {
                server.locks.remove(read.key());
                return server.index.remove(indexed(id)) == null ? ReleaseResult.ABSENT : ReleaseResult.RELEASED;
            }
            if (byId(id, Fault.NO_TOLERANCE) != null) {
                remove(read, id);
            }
            return ReleaseResult.RELEASED;
        }
    }

    private void remove(Lock lock, LockId id) {
        if (!has(Fault.RELEASE_KEEPS_LOCK)) {
            server.locks.remove(lock.key());
        }
        server.index.remove(indexed(id));
        server.taken.remove(id);
        server.ends.put(lock.key(), Fault.RELEASE_COUNTS_WITHOUT_CLOCK);
        if (has(Fault.COUNTER_ENDS_AFTER_RELEASE)) {
            server.fenceEnds.put(lock.key(), server.now() + 1500);
        } else {
            server.fenceEnds.remove(lock.key());
        }
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
        Lock sent = calls.step(() -> read(id)).orElse(null);
        boolean late = calls.isStalled();
        long clients = has(Fault.EXTENDED_BY_CLIENTS_CLOCK) ? server.now() : Long.MAX_VALUE;
        return calls.answer(
                LockOperation.EXTEND, true, () -> calls.step(() -> extendNow(id, ttl, sent, late, clients)));
    }

    /** Extends a lock by what was read of it before, where that is planted. */
    private @Nullable ExtendResult extendRead(Ttl ttl, Lock read, boolean late) {
        synchronized (server) {
            Lock present = server.locks.get(read.key());
            boolean writes = has(Fault.EXTEND_READS_THEN_WRITES)
                    || (late && present == null && has(Fault.LATE_EXTENSION_REVIVES));
            boolean sets = present != null
                    && (has(Fault.EXTEND_READS_THEN_SETS_EXPIRY) || (late && has(Fault.LATE_EXTENSION_BY_KEY)));
            if (!writes && !sets) {
                return null;
            }
            Lock lock = writes ? read : present;
            long expiresAt = server.now() + ttl.millis();
            server.locks.put(lock.key(), new Lock(lock.key(), lock.id(), lock.fence(), lock.acquiredAt(), expiresAt));
            writeIndex(lock.id(), lock.key(), ttl);
            return new ExtendResult.Extended(Instant.ofEpochMilli(expiresAt));
        }
    }

    private ExtendResult extendNow(LockId id, Ttl ttl, @Nullable Lock sent, boolean late, long begun) {
        if (has(Fault.EXTENDS_FROM_MEMORY) && isLost(id)) {
            return new ExtendResult.Extended(Instant.ofEpochMilli(server.now() + ttl.millis()));
        }
        ExtendResult byRead = sent == null ? null : extendRead(ttl, sent, late);
        if (byRead != null) {
            return byRead;
        }
        synchronized (server) {
            Lock lock = byId(id, Fault.TOLERANCE_IN_IS_LOCKED_ONLY);
            if (lock == null && has(Fault.EXTEND_RESURRECTS) && server.index.containsKey(indexed(id))) {
                lock = server.locks.get(server.index.get(indexed(id)));
            }
            if (lock == null || !lock.id().equals(id)) {
                dropDeadCounter(id);
                return new ExtendResult.Absent();
            }
            if (has(Fault.EXTENSION_WITHIN_TOLERANCE_IS_AN_ACQUIRE) && isExpired(lock)) {
                long now = server.now();
                FenceToken next = next(lock.key(), lock.fence().value(), now);
                server.fences.put(counter(lock.key()), next.value());
                lock = new Lock(lock.key(), id, next, now, lock.expiresAt());
            }
            long start =
                    has(Fault.EXTEND_ADDS) ? lock.expiresAt() : Math.min(begun, now(Fault.EXTENSION_BY_WRONG_CLOCK));
            long expiresAt = start
                    + (has(Fault.EXTENSION_OVERFLOWS)
                            ? (int) ttl.millis()
                            : has(Fault.EXTENSION_IN_SECONDS) ? ttl.millis() - ttl.millis() % 1_000 : ttl.millis());
            server.locks.put(lock.key(), new Lock(lock.key(), lock.id(), lock.fence(), lock.acquiredAt(), expiresAt));
            if (has(Fault.LABEL_ENDS_WITH_EXTENSION)) {
                server.holders.remove(labelled(id, lock.key()));
            }
            if (!has(Fault.EXTEND_FORGETS_INDEX)) {
                server.indexEnds.put(indexed(id), expiresAt + 1000);
            }
            long answered = has(Fault.EXTEND_ANSWERS_OLD_EXPIRY) ? lock.expiresAt() : expiresAt;
            return new ExtendResult.Extended(Instant.ofEpochMilli(answered));
        }
    }

    @Override
    public void abandon(LockKey key, LockId id, Ttl ttl) {
        if (has(Fault.ABANDON_DOES_NOTHING)) {
            return;
        }
        try {
            if (has(Fault.ABANDON_TAKES_INTERRUPT)) {
                Thread.interrupted();
            }
            check(LockOperation.RELEASE, id.value());
            ReleaseResult unused = calls.answer(LockOperation.RELEASE, true, () -> abandonNow(key, id));
        } catch (LockException e) {
            if (!has(Fault.ABANDON_SWALLOWS_FAILURES)) {
                throw e;
            }
        }
    }

    /** Reads a lock, and returns what extends it as if it could not have changed since. */
    Supplier<ExtendResult> readToExtend(LockId id, Ttl ttl) {
        check(LockOperation.EXTEND, id.value());
        Optional<Lock> found = calls.step(() -> read(id));
        return found.isEmpty()
                ? ExtendResult.Absent::new
                : () -> calls.step(() -> setExpiry(found.get().key(), server.now() + ttl.millis()));
    }

    private ExtendResult setExpiry(String stored, long expiresAt) {
        synchronized (server) {
            Lock present = server.locks.get(stored);
            if (present != null) {
                server.locks.put(
                        stored, new Lock(stored, present.id(), present.fence(), present.acquiredAt(), expiresAt));
            }
            return new ExtendResult.Extended(Instant.ofEpochMilli(expiresAt));
        }
    }

    /** Brings back the lock of an id that is still stored, though it has ended. */
    void revive(LockId id, Ttl ttl) {
        synchronized (server) {
            String stored = server.index.get(indexed(id));
            Lock present = stored == null ? null : server.locks.get(stored);
            if (present != null && present.id().equals(id)) {
                var unused = setExpiry(stored, server.now() + ttl.millis());
            }
        }
    }

    private ReleaseResult abandonNow(LockKey key, LockId id) {
        ReleaseResult result;
        if (has(Fault.ABANDON_READS_THEN_FREES)) {
            Optional<Lock> found = calls.step(() -> read(id));
            return calls.step(() -> found.isPresent() ? releaseByKey(found.get().key()) : ReleaseResult.ABSENT);
        }
        synchronized (server) {
            server.abandoned.add(id);
            boolean kept = has(Fault.ABANDON_WITHOUT_TOLERANCE)
                    && read(id).filter(this::isExpired).isPresent();
            result = kept ? ReleaseResult.ABSENT : releaseNow(id);
            server.ends.put(stored(key, true), Fault.ABANDONING_COUNTS_WITHOUT_CLOCK);
            if (has(Fault.FENCE_RESETS_AFTER_ABANDONING)) {
                server.fences.remove(counter(stored(key, true)));
            }
        }
        if (result == ReleaseResult.RELEASED && !has(Fault.ABANDONING_CALLS_NOBODY)) {
            wakeUps.released(stored(key, false));
        }
        return result;
    }

    @Override
    public boolean isLocked(LockKey key) {
        check(LockOperation.IS_LOCKED, key.value());
        if (has(Fault.IS_LOCKED_FROM_MEMORY) && seenFree.contains(key)) {
            return false;
        }
        boolean locked = calls.answer(LockOperation.IS_LOCKED, false, () -> isLockedNow(stored(key, false)));
        if (!locked) {
            seenFree.add(key);
        }
        return locked;
    }

    private boolean isLockedNow(String stored) {
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
        return calls.answer(LockOperation.LOOKUP, false, () -> lookupNow(key));
    }

    private Optional<LockRecord> lookupNow(LockKey key) {
        if (has(Fault.LOOKUP_BY_KEY_FAILS)) {
            throw ModelCalls.failed(
                    LockErrorCode.SERVICE_UNAVAILABLE, LockOperation.LOOKUP, "a lookup that the model refuses");
        }
        synchronized (server) {
            return Optional.ofNullable(live(stored(key, false), Fault.TOLERANCE_IN_IS_LOCKED_ONLY))
                    .map(this::answered);
        }
    }

    @Override
    public Optional<LockRecord> lookup(LockId id) {
        check(LockOperation.LOOKUP, id.value());
        return calls.answer(LockOperation.LOOKUP, false, () -> lookupNow(id));
    }

    private Optional<LockRecord> lookupNow(LockId id) {
        if (has(Fault.LOOKUP_READS_TWICE)) {
            Optional<String> indexed = calls.step(() -> Optional.ofNullable(indexedKey(id)));
            return indexed.flatMap(stored -> calls.step(() -> found(stored)));
        }
        synchronized (server) {
            if (has(Fault.FINDS_FROM_MEMORY) && isLost(id)) {
                return Optional.of(answered(Objects.requireNonNull(server.lost.get(id))));
            }
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

    private Optional<LockRecord> found(String stored) {
        synchronized (server) {
            return Optional.ofNullable(live(stored, Fault.NO_TOLERANCE)).map(this::answered);
        }
    }

    private boolean isLost(LockId id) {
        synchronized (server) {
            return takenHere.contains(id) && server.lost.containsKey(id);
        }
    }

    private LockRecord answered(Lock lock) {
        long left = lock.expiresAt() - now(Fault.TIME_LEFT_BY_CLIENTS_CLOCK);
        return new LockRecord(
                lock.key(),
                lock.id(),
                lock.fence(),
                Instant.ofEpochMilli(lock.acquiredAt()),
                Instant.ofEpochMilli(lock.expiresAt()),
                Duration.ofMillis(
                        has(Fault.NEGATIVE_TIME_LEFT)
                                ? left
                                : Math.max(0, has(Fault.TIME_LEFT_OVERFLOWS) ? (int) left : left)),
                Optional.ofNullable(server.holders.get(labelled(lock.id(), lock.key()))));
    }

    /** Returns the live lock on a stored key; the caller's operation lacks the tolerance if the named fault is planted. */
    private @Nullable Lock live(String stored, Fault withoutTolerance) {
        Lock lock = server.locks.get(stored);
        boolean releasing = withoutTolerance == Fault.RELEASE_TOLERANCE_OF_1300_MS;
        boolean acquiring = withoutTolerance == Fault.NO_TOLERANCE_IN_ACQUIRE;
        long tolerance = releasing && has(Fault.RELEASE_TOLERANCE_OF_1300_MS)
                ? 1300
                : acquiring && has(Fault.ACQUIRE_TOLERANCE_OF_800_MS)
                        ? 800
                        : (releasing ? has(Fault.TOLERANCE_IN_IS_LOCKED_ONLY) : has(withoutTolerance))
                                        || has(Fault.NO_TOLERANCE)
                                ? 0
                                : has(Fault.TOLERANCE_OF_1300_MS)
                                        ? 1300
                                        : has(Fault.TOLERANCE_OF_700_MS)
                                                ? 700
                                                : has(Fault.TWICE_THE_TOLERANCE)
                                                        ? 2000
                                                        : has(Fault.NEVER_EXPIRES) ? Long.MAX_VALUE / 2 : 1000;
        return lock != null && lock.expiresAt() > now(Fault.LIVE_BY_CLIENTS_CLOCK) - tolerance ? lock : null;
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
        if (has(Fault.KEYS_IN_LATIN_1)) {
            return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
        }
        if (has(Fault.KEYS_IN_NFKC)) {
            return Normalizer.normalize(raw, Normalizer.Form.NFKC);
        }
        if (has(Fault.KEYS_BY_THEIR_START)) {
            return raw.substring(0, Math.min(191, raw.length()));
        }
        if (has(Fault.KEYS_BY_A_SHORT_HASH)) {
            return Integer.toHexString(raw.hashCode());
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
        if (closed && has(Fault.CLOSED_CALL_UNKNOWN)) {
            throw LockException.outcomeUnknown(LockErrorCode.ABORTED, named, Fingerprint.of(raw), "closed", null);
        }
        if (closed && !has(Fault.CLOSE_IGNORED)) {
            throw LockException.failed(
                    LockErrorCode.ABORTED,
                    named,
                    has(Fault.NO_FINGERPRINT_NAMED) ? null : Fingerprint.of(raw),
                    "closed" + (has(Fault.KEY_IN_MESSAGE) ? ": " + raw : ""),
                    null);
        }
        if (Thread.currentThread().isInterrupted() && !has(Fault.INTERRUPT_IGNORED)) {
            if (has(Fault.INTERRUPT_FLAG_TAKEN)) {
                Thread.interrupted();
            }
            throw has(Fault.INTERRUPTED_SENDS)
                    ? LockException.outcomeUnknown(LockErrorCode.ABORTED, named, null, "interrupted", null)
                    : ModelCalls.failed(LockErrorCode.ABORTED, named, "interrupted");
        }
    }

    @Override
    public Optional<LockListing> listing() {
        return Optional.of(listing);
    }

    private void checkListing() {
        if (!closed || !has(Fault.LISTS_WHEN_CLOSED)) {
            check(LockOperation.LOOKUP, "");
        }
    }

    @Override
    public void labelHolder(String label) {
        if (holder != null && !label.equals(holder) && !has(Fault.LABEL_CHANGES)) {
            throw LockException.invalidArgument("it has a label already");
        }
        holder = label;
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
        if (has(Fault.CLOSE_TAKES_INTERRUPT)) {
            Thread.interrupted();
        }
        boolean down = calls.isDown();
        boolean hangs = !closed && down && has(Fault.CLOSE_HANGS_WHILE_DOWN);
        closed = true;
        calls.closing();
        boolean leavesThread = has(Fault.CLOSE_LEAVES_THREAD) || (down && has(Fault.CLOSE_WHILE_DOWN_LEAVES_THREAD));
        if (!leavesThread) {
            closing.countDown();
        }
        if (hangs) {
            Pause.millis(HANG_MILLIS);
        }
        calls.end();
        async.close();
        wakeUps.close();
        if (has(Fault.CLOSE_FAILS)) {
            throw new IllegalStateException("the model does not close");
        }
    }
}
