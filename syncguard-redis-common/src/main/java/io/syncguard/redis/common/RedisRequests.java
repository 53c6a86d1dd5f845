package io.syncguard.redis.common;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.Extension;
import io.syncguard.spi.LockRecord;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.StorageKeys;
import io.syncguard.spi.Tolerance;
import io.syncguard.spi.Ttl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Codes operations as calls of scripts, in the key layout of one prefix. Immutable and thread-safe. */
public final class RedisRequests {
    /** Longer than TCP goes on delivering what a closed client had sent. */
    private static final byte[] ABANDONED_MILLIS = ascii(Duration.ofMinutes(5).toMillis());

    private static final byte[] YES = ascii(1);
    private static final byte[] NO = ascii(0);

    private final StorageKeys keys;
    private final byte[] start;
    private final byte[] process;
    private final Turns turns;
    private final byte[] cleanup;
    private final byte[] indexStart;

    /** Creates the coder for a backend's options. */
    public RedisRequests(RedisOptions options) {
        this.turns = new Turns(LockId.random().value());
        this.start = utf8(options.keyPrefix() + ":");
        this.process = utf8(turns.process());
        this.keys = StorageKeys.under(options.keyPrefix(), options.rejectLongKeys());
        this.cleanup = options.cleanupInIsLocked() ? YES : NO;
        this.indexStart = utf8(options.keyPrefix() + ":id:");
    }

    /**
     * Returns the call that takes a lock.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the key is too long and long keys are refused; as do all that
     *     take a key
     */
    public RedisCall<AcquireResult> acquire(LockKey key, LockId id, Ttl ttl) {
        String stored = keys.stored(key);
        byte[][] touched = {utf8(keys.lock(stored)), index(id), utf8(keys.fence(stored))};
        return new RedisCall<>(
                RedisScript.ACQUIRE,
                LockOperation.ACQUIRE,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.acquire(reply, lock),
                touched,
                ascii(id),
                ascii(ttl.millis()),
                physicalMillis(ttl),
                json(stored));
    }

    /**
     * Returns the call that takes a lock, or registers this process as one that waits for it.
     *
     * @param waited how long the caller has been waiting
     * @param holdBack for how long it leaves a free lock to somebody it has woken
     */
    RedisCall<AcquireResult> acquireInLine(LockKey key, LockId id, Ttl ttl, Duration waited, Duration holdBack) {
        String stored = keys.stored(key);
        byte[][] touched = {utf8(keys.lock(stored)), index(id), utf8(keys.fence(stored)), utf8(keys.waiting(stored))};
        byte[][] arguments = {
            ascii(id),
            ascii(ttl.millis()),
            physicalMillis(ttl),
            json(stored),
            process,
            ascii(waited.toMillis()),
            ascii(holdBack.toMillis() + 1),
            utf8(turns.counter(stored))
        };
        return new RedisCall<>(
                RedisScript.ACQUIRE,
                LockOperation.ACQUIRE,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.acquire(reply, lock),
                touched,
                holdBack.isZero() ? Arrays.copyOf(arguments, arguments.length - 2) : arguments);
    }

    /** Returns the call that hands a turn on that nobody here wants any more. */
    @SuppressWarnings("NullAway") // Void has no other value, and NullAway no eye for type arguments.
    RedisCall<Void> passOn(String stored) {
        byte[][] touched = {utf8(keys.lock(stored)), utf8(keys.waiting(stored))};
        return new RedisCall<>(
                RedisScript.PASS_ON,
                LockOperation.RELEASE,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> null,
                touched,
                start,
                utf8(stored));
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
        return utf8(keys.prefix() + ":wake:" + turns.process());
    }

    /** Returns the call that gives a lock back. */
    public RedisCall<ReleaseResult> release(LockId id) {
        return new RedisCall<>(
                RedisScript.RELEASE,
                LockOperation.RELEASE,
                id::fingerprint,
                (reply, lock, sentBefore) ->
                        RedisFailures.honest(RedisReplies.release(reply, lock, turns), sentBefore, lock),
                only(index(id)),
                ascii(id),
                start,
                process);
    }

    /** Returns the call that prolongs a lock. */
    public RedisCall<ExtendResult> extend(LockId id, Ttl ttl) {
        return new RedisCall<>(
                RedisScript.EXTEND,
                LockOperation.EXTEND,
                id::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.extend(reply, lock),
                only(index(id)),
                ascii(id),
                ascii(ttl.millis()),
                physicalMillis(ttl));
    }

    /** Returns the call that prolongs several locks, and answers a line for each of them. */
    RedisCall<String[]> extendAll(List<Extension> extensions) {
        byte[][] touched = new byte[extensions.size()][];
        byte[][] arguments = new byte[3 * extensions.size()][];
        int next = 0;
        for (int i = 0; i < touched.length; i++) {
            Extension each = extensions.get(i);
            touched[i] = index(each.id());
            arguments[next++] = ascii(each.id());
            arguments[next++] = ascii(each.ttl().millis());
            arguments[next++] = physicalMillis(each.ttl());
        }
        return new RedisCall<>(
                RedisScript.EXTEND,
                LockOperation.EXTEND,
                Fingerprinted.NO_ONE_LOCK,
                (reply, lock, sentBefore) -> RedisReplies.extensions(reply, touched.length),
                touched,
                arguments);
    }

    /** Returns the call that settles an acquire of unknown outcome. */
    @SuppressWarnings("NullAway") // Void has no other value, and NullAway no eye for type arguments.
    public RedisCall<Void> abandon(LockKey key, LockId id) {
        byte[][] touched = {utf8(keys.lock(keys.stored(key))), index(id)};
        return new RedisCall<>(
                RedisScript.ABANDON,
                LockOperation.RELEASE,
                key::fingerprint,
                (reply, lock, sentBefore) -> null,
                touched,
                ascii(id),
                ABANDONED_MILLIS);
    }

    /** Returns the call that says whether a key is locked. */
    public RedisCall<Boolean> isLocked(LockKey key) {
        return new RedisCall<>(
                RedisScript.IS_LOCKED,
                LockOperation.IS_LOCKED,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.isLocked(reply, lock),
                only(utf8(keys.lock(keys.stored(key)))),
                cleanup,
                indexStart);
    }

    /** Returns the call that looks a lock up by key. */
    public RedisCall<Optional<LockRecord>> lookup(LockKey key) {
        return new RedisCall<>(
                RedisScript.LOOKUP_BY_KEY,
                LockOperation.LOOKUP,
                key::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.lookup(reply, lock),
                only(utf8(keys.lock(keys.stored(key)))));
    }

    /** Returns the call that looks a lock up by id. */
    public RedisCall<Optional<LockRecord>> lookup(LockId id) {
        return new RedisCall<>(
                RedisScript.LOOKUP_BY_ID,
                LockOperation.LOOKUP,
                id::fingerprint,
                (reply, lock, sentBefore) -> RedisReplies.lookup(reply, lock)
                        .filter(found -> found.id().equals(id)),
                only(index(id)));
    }

    private byte[] index(LockId id) {
        byte[] index = new byte[indexStart.length + LockId.LENGTH];
        System.arraycopy(indexStart, 0, index, 0, indexStart.length);
        System.arraycopy(ascii(id), 0, index, indexStart.length, LockId.LENGTH);
        return index;
    }

    private static byte[][] only(byte[] key) {
        return new byte[][] {key};
    }

    /** Lock and index outlive the ttl by the tolerance, so that presence is liveness (TIME-3). */
    private static byte[] physicalMillis(Ttl ttl) {
        return ascii(Tolerance.freeAtMillis(ttl.millis()));
    }

    private static byte[] json(String stored) {
        return utf8('"' + new String(JsonStringEncoder.getInstance().quoteAsString(stored)) + '"');
    }

    private static byte[] ascii(LockId id) {
        return id.value().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
