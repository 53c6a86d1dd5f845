package io.syncguard.redis.common;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the scripts for fenced values reply. Stateless.
 *
 * <p>Each method throws {@code INTERNAL} for a value that was not written with a fence (GRD-6) and for a reply no script of ours gives.
 */
final class FencedValueReplies {
    private static final int FENCE_END = 16;

    private FencedValueReplies() {}

    /** Reads the reply of {@link RedisScript#FENCED_WRITE}: the fence in the way; empty if it was written. */
    static Optional<FenceToken> write(@Nullable Object reply, Fingerprinted resource) {
        String text = RedisReplies.text(reply, LockOperation.FENCED_WRITE, resource);
        return switch (text.charAt(0)) {
            case 'W' -> Optional.empty();
            case 'S' -> Optional.of(fence(text, LockOperation.FENCED_WRITE, resource));
            default -> throw unexpected(text, LockOperation.FENCED_WRITE, resource);
        };
    }

    /** Reads the reply of {@link RedisScript#FENCED_READ}. */
    static Optional<FencedValue> read(@Nullable Object reply, Fingerprinted resource) {
        String text = RedisReplies.text(reply, LockOperation.FENCED_READ, resource);
        return switch (text.charAt(0)) {
            case 'N' -> Optional.empty();
            case 'V' -> {
                FenceToken fence = fence(text, LockOperation.FENCED_READ, resource);
                yield Optional.of(new FencedValue(text.substring(FENCE_END), fence));
            }
            default -> throw unexpected(text, LockOperation.FENCED_READ, resource);
        };
    }

    private static FenceToken fence(String text, LockOperation operation, Fingerprinted resource) {
        try {
            return FenceToken.parse(text.substring(1, Math.min(FENCE_END, text.length())));
        } catch (LockException e) {
            // Fifteen digits, but none of the numbers there are.
            throw foreign("hash", operation, resource);
        }
    }

    private static LockException unexpected(String text, LockOperation operation, Fingerprinted resource) {
        return text.charAt(0) == 'F'
                ? foreign(text.substring(1), operation, resource)
                : failed(operation, resource, "the server's reply is not one a script of ours gives");
    }

    private static LockException foreign(String type, LockOperation operation, Fingerprinted resource) {
        return failed(
                operation,
                resource,
                "a Redis value of type '" + type + "' that is no fenced value is stored under this key; it was left"
                        + " alone. A fenced value is a hash with the fields fence, of 15 digits, and value. Use another"
                        + " key, or remove the value");
    }

    private static LockException failed(LockOperation operation, Fingerprinted resource, String message) {
        return LockException.failed(LockErrorCode.INTERNAL, operation, resource.fingerprint(), message, null);
    }
}
