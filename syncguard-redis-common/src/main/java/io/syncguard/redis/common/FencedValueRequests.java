package io.syncguard.redis.common;

import io.syncguard.FenceToken;
import io.syncguard.Fingerprint;
import io.syncguard.InvalidArgumentException;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import io.syncguard.spi.StoredText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Codes what is done to fenced values as calls of scripts. Stateless. */
final class FencedValueRequests {
    private FencedValueRequests() {}

    /**
     * Returns the call that writes a value, and answers the fence that is in the way; empty if it was written.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the key is null or empty, or key or value not well-formed
     */
    static RedisCall<Optional<FenceToken>> set(String key, String value, FenceToken fence) {
        return write(key, ascii(fence), utf8(StoredText.checked("the value", value)));
    }

    /** Returns the call that deletes a value and keeps its fence; otherwise as {@link #set}. */
    static RedisCall<Optional<FenceToken>> delete(String key, FenceToken fence) {
        return write(key, ascii(fence));
    }

    private static RedisCall<Optional<FenceToken>> write(String key, byte[]... arguments) {
        return new RedisCall<>(
                RedisScript.FENCED_WRITE,
                LockOperation.FENCED_WRITE,
                fingerprint(key),
                (reply, resource, sentBefore) -> FencedValueReplies.write(reply, resource),
                keys(key),
                arguments);
    }

    /**
     * Returns the call that reads a value.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the key is null, empty or not well-formed
     */
    static RedisCall<Optional<FencedValue>> get(String key) {
        return new RedisCall<>(
                RedisScript.FENCED_READ,
                LockOperation.FENCED_READ,
                fingerprint(key),
                (reply, resource, sentBefore) -> FencedValueReplies.read(reply, resource),
                keys(key));
    }

    private static Fingerprinted fingerprint(String key) {
        return () -> Fingerprint.of(key);
    }

    private static byte[][] keys(@Nullable String key) {
        return new byte[][] {utf8(StoredText.checkedName("the key", key))};
    }

    private static byte[] ascii(FenceToken fence) {
        return InvalidArgumentException.requireNonNull(fence, "fence")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
