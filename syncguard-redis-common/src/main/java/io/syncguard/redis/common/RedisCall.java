package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockOperation;
import io.syncguard.spi.AsyncLockBackend;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One operation as a call of a script: coded for the wire, and able to read the reply. Confined to the operation; its arrays
 * are not copied.
 *
 * @param <T> what the operation answers
 */
public final class RedisCall<T extends @Nullable Object> {
    private static final byte[][] COUNTS = IntStream.rangeClosed(0, AsyncLockBackend.MOST_EXTENSIONS)
            .mapToObj(count -> Integer.toString(count).getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    /** What a reply begins with that says the name of a lock which was not found. */
    private static final byte ELSEWHERE = 'M';

    /** The length of what stands between the prefix and an id. */
    private static final int INDEX_SEGMENT = "id:".length();

    private static final int ARGUMENTS_OF_EXTENSION = 3;

    private final RedisScript script;
    private final LockOperation operation;
    private final Fingerprinted lock;
    private final Reader<T> reader;
    private final byte[][] keys;
    private final byte[][] arguments;
    private final @Nullable Acknowledged<T> acknowledged;

    RedisCall(
            RedisScript script,
            LockOperation operation,
            Fingerprinted lock,
            Reader<T> reader,
            byte[][] keys,
            byte[]... arguments) {
        this(script, operation, lock, reader, keys, arguments, null);
    }

    private RedisCall(
            RedisScript script,
            LockOperation operation,
            Fingerprinted lock,
            Reader<T> reader,
            byte[][] keys,
            byte[][] arguments,
            @Nullable Acknowledged<T> acknowledged) {
        this.script = script;
        this.operation = operation;
        this.lock = lock;
        this.reader = reader;
        this.keys = keys;
        this.arguments = arguments;
        this.acknowledged = acknowledged;
    }

    /**
     * The part of replicas in a call.
     *
     * @param wrote whether an answer says that something was written
     * @param undo makes what undoes that; null if nothing can
     * @param lacking makes the answer for so many replicas, where it is one for several locks; null where it is for one, which fails
     */
    private record Acknowledged<T extends @Nullable Object>(
            ReplicaAcks acks,
            Predicate<? super T> wrote,
            @Nullable Supplier<? extends RedisCall<?>> undo,
            @Nullable BiFunction<T, Long, T> lacking) {}

    /** Makes an answer of a reply. */
    @FunctionalInterface
    interface Reader<T extends @Nullable Object> {
        T read(@Nullable Object reply, Fingerprinted lock, boolean sentBefore);
    }

    /**
     * Returns the same call, which has succeeded only when replicas have what it wrote (RDS-15).
     *
     * @param wrote whether an answer says that something was written
     * @param undo makes the call that takes it back if too few have it, once the reply was read; null if nothing can
     */
    RedisCall<T> acknowledgedBy(
            ReplicaAcks acks, Predicate<? super T> wrote, @Nullable Supplier<? extends RedisCall<?>> undo) {
        return with(new Acknowledged<>(acks, wrote, undo, null));
    }

    /**
     * Returns the same call, for several locks, whose answer says for which of them replicas have what it wrote.
     *
     * @param lacking makes the answer where so many have it, which are too few
     */
    RedisCall<T> acknowledgedEach(ReplicaAcks acks, Predicate<? super T> wrote, BiFunction<T, Long, T> lacking) {
        return with(new Acknowledged<>(acks, wrote, null, lacking));
    }

    private RedisCall<T> with(Acknowledged<T> added) {
        return new RedisCall<>(script, operation, lock, reader, keys, arguments, added);
    }

    /** Returns which replicas are to be asked after it, on the same connection; null if none are. */
    public @Nullable ReplicaAcks acks() {
        return acknowledged == null ? null : acknowledged.acks();
    }

    /**
     * Returns whether the answer stands for less than it says, because too few replicas have what was written.
     *
     * @param replicas how many have it
     */
    public boolean lacksReplicas(T answer, long replicas) {
        return acknowledged != null
                && replicas < acknowledged.acks().replicas()
                && acknowledged.wrote().test(answer);
    }

    /** Returns whether too few replicas are a matter of the answer, and no failure of the call. */
    boolean answersForSeveral() {
        return acknowledged != null && acknowledged.lacking() != null;
    }

    /** Returns the answer of a call for several locks, of which too few replicas have what was written. */
    T lacking(T answer, long replicas) {
        return Objects.requireNonNull(Objects.requireNonNull(acknowledged).lacking())
                .apply(answer, replicas);
    }

    /** Returns whether what too few replicas have can be taken back. */
    boolean hasUndo() {
        return acknowledged != null && acknowledged.undo() != null;
    }

    /** Returns what takes back what too few replicas have, as it is to be sent now; null if nothing can. */
    public @Nullable RedisCall<?> undo() {
        return acknowledged == null || acknowledged.undo() == null
                ? null
                : acknowledged.undo().get();
    }

    /**
     * Returns the exception for too few replicas.
     *
     * @param replicas how many have what was written
     * @param undoFailure why it could not be taken back; null if it was, or if nothing can
     */
    public LockException tooFewReplicas(long replicas, @Nullable Throwable undoFailure) {
        ReplicaAcks acks = Objects.requireNonNull(acks(), "not to be acknowledged");
        String end = !hasUndo()
                ? ReplicaAcks.FORMER_END
                : undoFailure == null ? "it was given back" : "whether it could be given back is unknown";
        return RedisFailures.tooFewReplicas(
                replicas, acks, !hasUndo() || undoFailure != null, operation, lock, end, undoFailure);
    }

    /**
     * Returns the same call again, with the lock among its keys, if the reply says that the script has found the lock's name and
     * not the lock: while a slot moves to another node of a cluster, one may be here and the other there, and only a call that
     * names both waits until they are together (CLU-4). Null if the reply says anything else.
     *
     * @param reply the script's reply
     */
    public @Nullable RedisCall<T> again(@Nullable Object reply) {
        if (keys.length == 1
                && script.isById()
                && reply instanceof byte[] bytes
                && bytes.length > 1
                && bytes[0] == ELSEWHERE
                && isOurs(bytes)) {
            byte[][] both = {keys[0], Arrays.copyOfRange(bytes, 1, bytes.length)};
            return new RedisCall<>(script, operation, lock, reader, both, arguments, acknowledged);
        }
        return null;
    }

    /**
     * Returns whether it is to be sent again until a slot has arrived that is on its way. Several extensions are not: each alone may
     * find its lock on this side or that (CLU-4).
     */
    public boolean waitsForSlot() {
        return script != RedisScript.EXTEND || arguments.length < 2 * ARGUMENTS_OF_EXTENSION;
    }

    /** Returns whether the name behind the first byte is under the same prefix, and in the same slot, as the index. */
    private boolean isOurs(byte[] reply) {
        int start = keys[0].length - LockId.LENGTH - INDEX_SEGMENT;
        return reply.length > start && Arrays.equals(keys[0], 0, start, reply, 1, start + 1);
    }

    /** Returns the script. */
    public RedisScript script() {
        return script;
    }

    /** Returns the operation, for messages. */
    public LockOperation operation() {
        return operation;
    }

    /** Returns what stands for the key or id in messages. */
    public Fingerprinted lock() {
        return lock;
    }

    /** Returns the keys. Not to be written to. */
    public byte[][] keys() {
        return keys;
    }

    /** Returns how many keys there are, in decimal digits. Not to be written to. */
    public byte[] keyCount() {
        return COUNTS[keys.length];
    }

    /** Returns the arguments. Not to be written to. */
    public byte[][] arguments() {
        return arguments;
    }

    /**
     * Returns what the operation answers.
     *
     * @param reply the script's reply: bytes, or anything else if the server gave what no script of ours does
     * @param sentBefore whether an earlier send of the same request may have taken effect unseen
     * @throws LockException if the reply says so, or is none that a script of ours gives
     */
    public T answer(@Nullable Object reply, boolean sentBefore) {
        return reader.read(reply, lock, sentBefore);
    }
}
