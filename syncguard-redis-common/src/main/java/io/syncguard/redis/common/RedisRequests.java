package io.syncguard.redis.common;

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
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.Extension;
import io.syncguard.spi.HolderLabel;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.TurnAttempt;
import io.syncguard.spi.TurnWakeUps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Codes operations as calls of scripts, in the layout of one prefix. Thread-safe. */
public final class RedisRequests {
    /** Longer than TCP goes on delivering what a closed client had sent. */
    private static final Duration LATEST_ARRIVAL = Duration.ofMinutes(5);

    private static final byte[] ABANDONED_MILLIS = Wire.ascii(LATEST_ARRIVAL.toMillis());

    /** Looking at so many keys takes the server a fraction of a millisecond. */
    private static final byte[] KEYS_OF_PAGE = Wire.ascii(500);

    /** What means something in a pattern of Redis'. */
    private static final Pattern GLOB = Pattern.compile("[*?\\[\\]\\\\^]");

    /** How a script tells those that wait, in a cluster; otherwise by {@code PUBLISH}. */
    private static final byte[] SPUBLISH = Wire.utf8("SPUBLISH");

    private static final byte[] PUBLISH = Wire.utf8("PUBLISH");

    /** Shorter than any id, so that its name in the index is nobody's. */
    private static final byte[] NO_ID = Wire.utf8("ping");

    private static final byte[] YES = Wire.ascii(1);
    private static final byte[] NO = Wire.ascii(0);
    private static final byte[] NOTHING = {};

    private final StorageKeys keys;
    private final Layout layout;
    private final byte[] process;
    private final byte[] cleanup;

    /** After how many ms without use a counter expires; null if it never does. */
    private final byte @Nullable [] fenceRetention;

    private final RedisCall.Reader<ReleaseResult> released;

    /** Hears whose turn releases say it is; null while nobody is to. */
    private volatile @Nullable TurnWakeUps wakeUps;

    private final ReplicaAcks acks;
    private final HolderLabel holder = new HolderLabel();

    /** What follows the key in the value of a lock. */
    private volatile byte[] afterKey = NOTHING;

    private final ResentAcquires resent = new ResentAcquires(LATEST_ARRIVAL);

    /** Creates the coder for a backend's options, on one server. */
    public RedisRequests(RedisOptions options) {
        this(options, keys -> new OneShard(Wire.onOneServer(keys)));
    }

    /**
     * Returns the coder for a backend's options in a cluster.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the prefix has a brace that begins no hash tag, or is too long
     */
    public static RedisRequests inCluster(RedisOptions options) {
        return new RedisRequests(options, ClusterShards::under);
    }

    private RedisRequests(RedisOptions options, Function<StorageKeys, Layout> layout) {
        this.process = Wire.utf8(LockId.random().value());
        this.keys = StorageKeys.under(options.keyPrefix(), options.rejectLongKeys());
        this.layout = layout.apply(keys);
        this.acks = options.replicaAcks();
        this.cleanup = options.cleanupInIsLocked() ? YES : NO;
        this.fenceRetention = options.fenceRetention()
                .map(retention -> Wire.ascii(retention.toMillis()))
                .orElse(null);
        this.released = (reply, lock, sentBefore) ->
                RedisFailures.honest(RedisReplies.release(reply, lock, wakeUps), sentBefore, lock);
    }

    /** Returns a fresh id for a lock; any at all for a key that is too long, which an acquire refuses. */
    public LockId newLockId(LockKey key) {
        try {
            return layout.newId(key, keys);
        } catch (LockException tooLong) {
            return LockId.random();
        }
    }

    /**
     * Returns the call that takes a lock.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the key is too long and long keys are refused, as do all that
     *     take a key; if the id is for another shard
     */
    public RedisCall<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        byte[] stored = Wire.utf8(keys.stored(key));
        Wire wire = wire(stored, id);
        byte[] holder = id.toBytes();
        Wire.Times times = wire.times(ttl);
        byte[][] touched = {wire.lock(stored), wire.index(holder), wire.fence(stored)};
        return fenceRetention == null
                ? acquiring(key, id, touched, holder, times.ttl(), times.physical(), key(stored))
                : acquiring(key, id, touched, holder, times.ttl(), times.physical(), key(stored), fenceRetention);
    }

    /** Returns the end of what is written of a lock, from the value of its key on. */
    private byte[] key(byte[] stored) {
        byte[] after = afterKey;
        byte[] key = Wire.json(stored);
        return after.length == 0 ? key : Wire.joined(key, after);
    }

    /** Has locks say who holds them, as {@link io.syncguard.spi.LockBackend#labelHolder} does. */
    void labelHolder(String label) {
        holder.set(label);
        afterKey = Wire.joined(Wire.utf8(",\"holder\":"), Wire.json(Wire.utf8(label)));
    }

    /** Returns the call that takes a lock, or registers this process as one that waits for it. */
    RedisCall<AcquireResult> acquireInLine(TurnAttempt attempt) {
        byte[] stored = Wire.utf8(attempt.stored());
        LockId id = attempt.id();
        Wire wire = wire(stored, id);
        byte[] holder = id.toBytes();
        Wire.Times times = wire.times(attempt.ttl());
        byte[][] touched = {wire.lock(stored), wire.index(holder), wire.fence(stored), wire.waiting(stored)};
        boolean leaves = !attempt.holdBack().isZero();
        byte[][] arguments = {
            holder,
            times.ttl(),
            times.physical(),
            key(stored),
            process,
            Wire.ascii(attempt.waited().toMillis()),
            leaves ? Wire.ascii(attempt.holdBack().toMillis() + 1) : NOTHING,
            leaves ? Wire.utf8(attempt.note()) : NOTHING,
            fenceRetention
        };
        int needed = fenceRetention != null ? arguments.length : leaves ? arguments.length - 1 : arguments.length - 3;
        return acquiring(attempt.key(), id, touched, Arrays.copyOf(arguments, needed));
    }

    private RedisCall<AcquireResult> acquiring(LockKey key, LockId id, byte[][] touched, byte[]... arguments) {
        RedisCall<AcquireResult> call = new RedisCall<>(
                RedisScript.ACQUIRE,
                LockOperation.ACQUIRE,
                key::fingerprint,
                (reply, lock, sentBefore) -> {
                    AcquireResult result = RedisReplies.acquire(reply, lock);
                    if (!sentBefore) {
                        return result;
                    }
                    resent.add(id);
                    return result instanceof Contended contended ? contended.withCopyThatMayLand() : result;
                },
                touched,
                arguments);
        return acks.isWanted() ? call.acknowledgedBy(acks, Acquired.class::isInstance, () -> release(id)) : call;
    }

    /** Returns the call that hands a turn on that nobody here wants any more. */
    @SuppressWarnings("NullAway") // Void has no other value, and NullAway no eye for type arguments.
    RedisCall<Void> passOn(String stored) {
        byte[] name = Wire.utf8(stored);
        Wire wire = layout.of(name);
        byte[][] touched = {wire.lock(name), wire.waiting(name)};
        return new RedisCall<>(
                RedisScript.PASS_ON,
                LockOperation.RELEASE,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> null,
                touched,
                withPublisher(wire, wire.start(), name));
    }

    String stored(LockKey key) {
        return keys.stored(key);
    }

    /** Has wake-ups hear whose turn releases say it is. */
    void tell(TurnWakeUps told) {
        wakeUps = told;
    }

    /** Returns the channels on which this process is told that it is its turn, by shard; one on one server. */
    List<byte[]> channels() {
        return layout.shards().stream().map(wire -> wire.channel(process)).toList();
    }

    /** Returns the shard of a stored key. */
    int shard(String stored) {
        return shards() == 1 ? 0 : layout.of(Wire.utf8(stored)).shard();
    }

    private Wire wire(byte[] stored, LockId id) {
        Wire wire = layout.of(stored);
        if (layout.of(id) != wire) {
            throw LockException.invalidArgument(
                    "this lock id is none for this key: in a cluster an id says where its lock is;"
                            + " let newLockId make it");
        }
        return wire;
    }

    private static byte[][] withPublisher(Wire wire, byte[]... arguments) {
        if (!wire.isInCluster()) {
            return arguments;
        }
        byte[][] more = Arrays.copyOf(arguments, arguments.length + 1);
        more[arguments.length] = SPUBLISH;
        return more;
    }

    /** Returns the call that gives a lock back. It marks the id as abandoned if a copy of its acquire may still arrive. */
    public RedisCall<ReleaseResult> release(LockId id) {
        byte[] holder = id.toBytes();
        Wire wire = layout.of(id);
        byte[][] arguments = resent.contains(id)
                ? new byte[][] {holder, wire.start(), process, wire.isInCluster() ? SPUBLISH : PUBLISH, ABANDONED_MILLIS
                }
                : withPublisher(wire, holder, wire.start(), process);
        return new RedisCall<>(
                RedisScript.RELEASE,
                LockOperation.RELEASE,
                id::fingerprint,
                released,
                only(wire.index(holder)),
                arguments);
    }

    /** Returns the call that prolongs a lock. */
    public RedisCall<ExtendResult> extend(LockId id, Ttl ttl) {
        Wire.Times times = layout.of(id).times(ttl);
        return extending(
                id,
                (reply, lock, sentBefore) -> {
                    ExtendResult result = RedisReplies.extend(reply, lock);
                    return sentBefore && result instanceof Extended extended ? extended.withCopyThatMayLand() : result;
                },
                id.toBytes(),
                times.ttl(),
                times.physical());
    }

    /** Returns the call that prolongs a lock, as a heartbeat does: an end that is later already stays. */
    RedisCall<ExtendResult> beat(LockId id, Ttl ttl) {
        Wire.Times times = layout.of(id).times(ttl);
        return extending(
                id,
                (reply, lock, sentBefore) -> RedisReplies.extend(reply, lock),
                id.toBytes(),
                times.ttl(),
                times.physical(),
                YES);
    }

    private RedisCall<ExtendResult> extending(LockId id, RedisCall.Reader<ExtendResult> reader, byte[]... arguments) {
        RedisCall<ExtendResult> call = new RedisCall<>(
                RedisScript.EXTEND,
                LockOperation.EXTEND,
                id::fingerprint,
                reader,
                only(layout.of(id).index(arguments[0])),
                arguments);
        return acks.isWanted() ? call.acknowledgedBy(acks, Extended.class::isInstance, null) : call;
    }

    /** Returns which shard's call prolongs the lock of an id. */
    int shard(LockId id) {
        return layout.of(id).shard();
    }

    /** Returns the call that prolongs several locks of one shard, as {@link #beat}, and answers a line for each of them. */
    RedisCall<String[]> extendAll(List<Extension> extensions) {
        byte[][] touched = new byte[extensions.size()][];
        byte[][] arguments = new byte[3 * extensions.size() + 1][];
        int next = 0;
        for (int i = 0; i < touched.length; i++) {
            Extension each = extensions.get(i);
            byte[] holder = each.id().toBytes();
            Wire wire = layout.of(each.id());
            Wire.Times times = wire.times(each.ttl());
            touched[i] = wire.index(holder);
            arguments[next++] = holder;
            arguments[next++] = times.ttl();
            arguments[next++] = times.physical();
        }
        arguments[next] = YES;
        RedisCall<String[]> call = new RedisCall<>(
                RedisScript.EXTEND,
                LockOperation.EXTEND,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> RedisReplies.extensions(reply, touched.length),
                touched,
                arguments);
        return acks.isWanted()
                ? call.acknowledgedEach(acks, RedisReplies::anyExtended, RedisReplies::withoutReplicas)
                : call;
    }

    /** Returns what replicas are asked for. */
    ReplicaAcks acks() {
        return acks;
    }

    /** Returns the call that settles an acquire of unknown outcome, and tells somebody who waits if it frees the lock. */
    @SuppressWarnings("NullAway") // Void has no other value, and NullAway no eye for type arguments.
    public RedisCall<Void> abandon(LockKey key, LockId id) {
        byte[] stored = Wire.utf8(keys.stored(key));
        Wire wire = wire(stored, id);
        byte[] holder = id.toBytes();
        byte[][] touched = {wire.lock(stored), wire.index(holder)};
        return new RedisCall<>(
                RedisScript.ABANDON,
                LockOperation.RELEASE,
                key::fingerprint,
                (reply, lock, sentBefore) -> null,
                touched,
                withPublisher(wire, holder, ABANDONED_MILLIS, wire.start(), stored));
    }

    /** Returns the call that finds out whether locks can be acquired: in a cluster, from the master that has the first shard. */
    RedisCall<Boolean> ping() {
        Wire wire = layout.shards().get(0);
        return new RedisCall<>(
                RedisScript.PING,
                LockOperation.PING,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> RedisReplies.pong(reply, lock),
                only(wire.index(NO_ID)));
    }

    /** Returns the call that says whether a key is locked. */
    public RedisCall<Boolean> isLocked(LockKey key) {
        byte[] stored = Wire.utf8(keys.stored(key));
        Wire wire = layout.of(stored);
        return new RedisCall<>(
                RedisScript.IS_LOCKED,
                LockOperation.IS_LOCKED,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.isLocked(reply, lock),
                only(wire.lock(stored)),
                cleanup,
                wire.indexStart());
    }

    /** Returns the call that looks a lock up by key. */
    public RedisCall<Optional<LockRecord>> lookup(LockKey key) {
        byte[] stored = Wire.utf8(keys.stored(key));
        return new RedisCall<>(
                RedisScript.LOOKUP_BY_KEY,
                LockOperation.LOOKUP,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.lookup(reply, lock),
                only(layout.of(stored).lock(stored)));
    }

    /** Returns the call that looks a lock up by id. */
    public RedisCall<Optional<LockRecord>> lookup(LockId id) {
        return new RedisCall<>(
                RedisScript.LOOKUP_BY_ID,
                LockOperation.LOOKUP,
                id::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.lookup(reply, lock)
                        .filter(found -> found.id().equals(id)),
                only(layout.of(id).index(id.toBytes())));
    }

    /** Returns how many shards' counters there are to count. */
    int shards() {
        return layout.shards().size();
    }

    /** Returns the call that counts some of the fence counters of a shard, from a cursor on. */
    RedisCall<FenceMemory.Page> fenceMemory(int shard, String cursor) {
        byte[] start = layout.shards().get(shard).fence(new byte[0]);
        return new RedisCall<>(
                RedisScript.FENCE_MEMORY,
                LockOperation.LOOKUP,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> FenceMemory.page(RedisReplies.text(reply, LockOperation.LOOKUP, lock)),
                only(start),
                Wire.utf8(cursor),
                pattern(start),
                KEYS_OF_PAGE);
    }

    /** Returns the call that lists some of the locks of a shard, from a cursor on. */
    RedisCall<RedisListing.ShardPage> list(int shard, String start, String cursor) {
        Wire wire = layout.shards().get(shard);
        byte[] lockStart = wire.lock(Wire.utf8(start));
        return new RedisCall<>(
                RedisScript.LIST,
                LockOperation.LOOKUP,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> RedisReplies.list(reply, lock),
                only(wire.start()),
                Wire.utf8(cursor),
                pattern(lockStart),
                KEYS_OF_PAGE);
    }

    /** Returns the call that asks the server of a shard for its state. */
    RedisCall<ServerStateReply> serverState(int shard) {
        Wire wire = layout.shards().get(shard);
        return new RedisCall<>(
                RedisScript.SERVER_STATE,
                LockOperation.VALIDATE,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> ServerStateReply.of(reply, lock),
                only(wire.start()),
                wire.channel(process),
                wire.isInCluster() ? YES : NO);
    }

    /** Returns a pattern of Redis' for all names that begin so. */
    private static byte[] pattern(byte[] start) {
        String escaped = GLOB.matcher(new String(start, StandardCharsets.UTF_8)).replaceAll("\\\\$0");
        return Wire.utf8(escaped + "*");
    }

    /** Returns what all keys begin with. */
    String keyPrefix() {
        return keys.prefix();
    }

    private static byte[][] only(byte[] key) {
        return new byte[][] {key};
    }
}
