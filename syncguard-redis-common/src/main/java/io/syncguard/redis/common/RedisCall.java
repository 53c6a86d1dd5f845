package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.AsyncLockBackend;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
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

    private final RedisScript script;
    private final LockOperation operation;
    private final Fingerprinted lock;
    private final Reader<T> reader;
    private final byte[][] keys;
    private final byte[][] arguments;

    RedisCall(
            RedisScript script,
            LockOperation operation,
            Fingerprinted lock,
            Reader<T> reader,
            byte[][] keys,
            byte[]... arguments) {
        this.script = script;
        this.operation = operation;
        this.lock = lock;
        this.reader = reader;
        this.keys = keys;
        this.arguments = arguments;
    }

    /** Makes an answer of a reply. */
    @FunctionalInterface
    interface Reader<T extends @Nullable Object> {
        T read(@Nullable Object reply, Fingerprinted lock, boolean sentBefore);
    }

    /** Returns the same call, of whose answer somebody hears before the caller does. */
    RedisCall<T> onAnswer(Consumer<? super T> listener) {
        return new RedisCall<>(
                script,
                operation,
                lock,
                (reply, named, sentBefore) -> {
                    T answer = reader.read(reply, named, sentBefore);
                    listener.accept(answer);
                    return answer;
                },
                keys,
                arguments);
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
