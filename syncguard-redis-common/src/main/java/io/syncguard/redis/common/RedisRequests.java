package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockRecord;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.Ttl;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Codes operations as calls of scripts, in the key layout of one prefix. Immutable and thread-safe. */
public final class RedisRequests {
    /** Longer than TCP goes on delivering what a closed client had sent. */
    private static final byte[] ABANDONED_MILLIS =
            Wire.ascii(Duration.ofMinutes(5).toMillis());

    /** Looking at so many keys takes the server a fraction of a millisecond. */
    private static final byte[] KEYS_OF_PAGE = Wire.ascii(500);

    /** What means something in a pattern of Redis'. */
    private static final Pattern GLOB = Pattern.compile("[*?\\[\\]\\\\^]");

    private static final byte[] YES = Wire.ascii(1);
    private static final byte[] NO = Wire.ascii(0);

    private final StorageKeys keys;
    private final Wire wire;
    private final byte[] process;
    private final Turns turns;
    private final byte[] cleanup;
    private final RedisCall.Reader<ReleaseResult> released;
    private final ReplicaAcks acks;

    /** Creates the coder for a backend's options. */
    public RedisRequests(RedisOptions options) {
        this.turns = new Turns(LockId.random().value());
        this.process = Wire.utf8(turns.process());
        this.keys = StorageKeys.under(options.keyPrefix(), options.rejectLongKeys());
        this.wire = new Wire(keys);
        this.acks = options.replicaAcks();
        this.cleanup = options.cleanupInIsLocked() ? YES : NO;
        this.released = (reply, lock, sentBefore) ->
                RedisFailures.honest(RedisReplies.release(reply, lock, turns), sentBefore, lock);
    }

    /**
     * Returns the call that takes a lock.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the key is too long and long keys are refused; as do all that
     *     take a key
     */
    public RedisCall<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        byte[] stored = Wire.utf8(keys.stored(key));
        byte[] holder = id.toBytes();
        Wire.Times times = wire.times(ttl);
        byte[][] touched = {wire.lock(stored), wire.index(holder), wire.fence(stored)};
        return acquiring(key, id, touched, holder, times.ttl(), times.physical(), Wire.json(stored));
    }

    /**
     * Returns the call that takes a lock, or registers this process as one that waits for it.
     *
     * @param waited how long the caller has been waiting
     * @param holdBack for how long it leaves a free lock to somebody it has woken
     */
    RedisCall<AcquireResult> acquireInLine(LockKey key, LockId id, Ttl ttl, Duration waited, Duration holdBack) {
        String name = keys.stored(key);
        byte[] stored = Wire.utf8(name);
        byte[] holder = id.toBytes();
        Wire.Times times = wire.times(ttl);
        byte[][] touched = {wire.lock(stored), wire.index(holder), wire.fence(stored), wire.waiting(stored)};
        byte[][] arguments = {
            holder,
            times.ttl(),
            times.physical(),
            Wire.json(stored),
            process,
            Wire.ascii(waited.toMillis()),
            Wire.ascii(holdBack.toMillis() + 1),
            Wire.utf8(turns.counter(name))
        };
        return acquiring(
                key, id, touched, holdBack.isZero() ? Arrays.copyOf(arguments, arguments.length - 2) : arguments);
    }

    private RedisCall<AcquireResult> acquiring(LockKey key, LockId id, byte[][] touched, byte[]... arguments) {
        RedisCall<AcquireResult> call = new RedisCall<>(
                RedisScript.ACQUIRE,
                LockOperation.ACQUIRE,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.acquire(reply, lock),
                touched,
                arguments);
        return acks.isWanted() ? call.acknowledgedBy(acks, Acquired.class::isInstance, release(id)) : call;
    }

    /** Returns the call that hands a turn on that nobody here wants any more. */
    @SuppressWarnings("NullAway") // Void has no other value, and NullAway no eye for type arguments.
    RedisCall<Void> passOn(String stored) {
        byte[] name = Wire.utf8(stored);
        byte[][] touched = {wire.lock(name), wire.waiting(name)};
        return new RedisCall<>(
                RedisScript.PASS_ON,
                LockOperation.RELEASE,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> null,
                touched,
                wire.start(),
                name);
    }

    String stored(LockKey key) {
        return keys.stored(key);
    }

    /** Returns whose turn releases say it is. */
    Turns turns() {
        return turns;
    }

    /** Returns the channel on which this process is told that it is its turn. */
    byte[] channel() {
        return Wire.utf8(keys.prefix() + ":wake:" + turns.process());
    }

    /** Returns the call that gives a lock back. */
    public RedisCall<ReleaseResult> release(LockId id) {
        byte[] holder = id.toBytes();
        return new RedisCall<>(
                RedisScript.RELEASE,
                LockOperation.RELEASE,
                id::fingerprint,
                released,
                only(wire.index(holder)),
                holder,
                wire.start(),
                process);
    }

    /** Returns the call that prolongs a lock. */
    public RedisCall<ExtendResult> extend(LockId id, Ttl ttl) {
        byte[] holder = id.toBytes();
        Wire.Times times = wire.times(ttl);
        RedisCall<ExtendResult> call = new RedisCall<>(
                RedisScript.EXTEND,
                LockOperation.EXTEND,
                id::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.extend(reply, lock),
                only(wire.index(holder)),
                holder,
                times.ttl(),
                times.physical());
        return acks.isWanted() ? call.acknowledgedBy(acks, Extended.class::isInstance, null) : call;
    }

    /** Returns the call that prolongs several locks, and answers a line for each of them. */
    RedisCall<String[]> extendAll(List<Extension> extensions) {
        byte[][] touched = new byte[extensions.size()][];
        byte[][] arguments = new byte[3 * extensions.size()][];
        int next = 0;
        for (int i = 0; i < touched.length; i++) {
            Extension each = extensions.get(i);
            byte[] holder = each.id().toBytes();
            Wire.Times times = wire.times(each.ttl());
            touched[i] = wire.index(holder);
            arguments[next++] = holder;
            arguments[next++] = times.ttl();
            arguments[next++] = times.physical();
        }
        RedisCall<String[]> call = new RedisCall<>(
                RedisScript.EXTEND,
                LockOperation.EXTEND,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> RedisReplies.extensions(reply, touched.length),
                touched,
                arguments);
        return acks.isWanted() ? call.acknowledgedBy(acks, RedisReplies::anyExtended, null) : call;
    }

    /** Returns the call that settles an acquire of unknown outcome. */
    @SuppressWarnings("NullAway") // Void has no other value, and NullAway no eye for type arguments.
    public RedisCall<Void> abandon(LockKey key, LockId id) {
        byte[] holder = id.toBytes();
        byte[][] touched = {lock(key), wire.index(holder)};
        return new RedisCall<>(
                RedisScript.ABANDON,
                LockOperation.RELEASE,
                key::fingerprint,
                (reply, lock, sentBefore) -> null,
                touched,
                holder,
                ABANDONED_MILLIS);
    }

    /** Returns the call that says whether a key is locked. */
    public RedisCall<Boolean> isLocked(LockKey key) {
        return new RedisCall<>(
                RedisScript.IS_LOCKED,
                LockOperation.IS_LOCKED,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.isLocked(reply, lock),
                only(lock(key)),
                cleanup,
                wire.indexStart());
    }

    /** Returns the call that looks a lock up by key. */
    public RedisCall<Optional<LockRecord>> lookup(LockKey key) {
        return new RedisCall<>(
                RedisScript.LOOKUP_BY_KEY,
                LockOperation.LOOKUP,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.lookup(reply, lock),
                only(lock(key)));
    }

    /** Returns the call that looks a lock up by id. */
    public RedisCall<Optional<LockRecord>> lookup(LockId id) {
        return new RedisCall<>(
                RedisScript.LOOKUP_BY_ID,
                LockOperation.LOOKUP,
                id::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.lookup(reply, lock)
                        .filter(found -> found.id().equals(id)),
                only(wire.index(id.toBytes())));
    }

    /** Returns the call that counts some of the fence counters, from a cursor on. */
    RedisCall<FenceMemory.Page> fenceMemory(String cursor) {
        byte[] start = wire.fence(new byte[0]);
        return new RedisCall<>(
                RedisScript.FENCE_MEMORY,
                LockOperation.LOOKUP,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> FenceMemory.page(RedisReplies.text(reply, LockOperation.LOOKUP, lock)),
                only(start),
                Wire.utf8(cursor),
                Wire.utf8(GLOB.matcher(keys.fence("")).replaceAll("\\\\$0") + "*"),
                KEYS_OF_PAGE);
    }

    /**
     * Returns what the fence counters take up.
     *
     * @param run makes each of many calls and returns its answer
     */
    public FenceMemory fenceMemory(Function<RedisCall<FenceMemory.Page>, FenceMemory.Page> run) {
        return FenceMemory.addedUp(this, run);
    }

    /** Returns what all keys begin with. */
    String keyPrefix() {
        return keys.prefix();
    }

    private byte[] lock(LockKey key) {
        return wire.lock(Wire.utf8(keys.stored(key)));
    }

    private static byte[][] only(byte[] key) {
        return new byte[][] {key};
    }
}
