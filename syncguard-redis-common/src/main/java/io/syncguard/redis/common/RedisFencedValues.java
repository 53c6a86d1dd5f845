package io.syncguard.redis.common;

import io.syncguard.CheckReturnValue;
import io.syncguard.FenceToken;
import io.syncguard.LockException;
import io.syncguard.StaleFenceException;
import java.util.Optional;

/**
 * Values in Redis that refuse writes with a stale fence: a write passes if and only if its fence is not less than that of
 * the last write that passed. Thread-safe; each call blocks for one round trip, and for no longer than the operation
 * timeout. Check and write are one atomic step on the server.
 *
 * <p>A fenced value is one key, so it works on a cluster too: a hash with the fields {@code fence}, 15 digits, and
 * {@code value}. Keys are used as they are given, without a prefix. The fence must outlive every late writer: give the
 * key no expiry, keep it from being evicted, and delete with {@link #delete}, which keeps the fence. Deleting the key
 * itself, as Redis' own {@code DEL} does, lets the next write pass whatever its fence.
 *
 * <p>All methods throw {@link LockException}: {@code INVALID_ARGUMENT} before anything is sent, if the key is null or
 * empty, or key or value have an unpaired surrogate; {@code INTERNAL} if the key holds something that is no fenced value,
 * which is left alone; {@code ABORTED} on an interrupt, and once this object is closed; others if the system failed. If
 * {@link LockException#isOutcomeUnknown()}, a write may have been made, or may still be: the same call may be repeated.
 * But do not follow it with another write of the same fence, which the lost one could overwrite when it arrives late;
 * take the lock again, and with it a newer fence.
 */
public final class RedisFencedValues implements AutoCloseable {
    private final RedisTransport transport;

    private RedisFencedValues(RedisTransport transport) {
        this.transport = transport;
    }

    /**
     * Returns the values behind a client. Does not connect.
     *
     * @param transport is closed with the guard
     */
    @CheckReturnValue
    public static RedisFencedValues over(RedisTransport transport) {
        return new RedisFencedValues(transport);
    }

    /**
     * Writes a value unless a greater fence has written.
     *
     * @param value any well-formed text, also empty
     * @return true if it is written; false if the lock was lost and somebody newer has written, whose value stands. If the
     *     connection broke meanwhile, this write may have been there for a time before that
     * @throws LockException as described above
     */
    @CheckReturnValue
    public boolean set(String key, String value, FenceToken fence) {
        return transport.call(FencedValueRequests.set(key, value, fence)).isEmpty();
    }

    /**
     * As {@link #set}, and throws where that returns false.
     *
     * @throws StaleFenceException if the lock was lost and somebody newer has written
     * @throws LockException as described above
     */
    public void setOrThrow(String key, String value, FenceToken fence) {
        throwIfStale(transport.call(FencedValueRequests.set(key, value, fence)), fence);
    }

    /**
     * Deletes a value unless a greater fence has written, and keeps the fence, so that a late writer is still refused.
     *
     * @return true if there is no value now, whether or not there was one; false if the lock was lost and somebody newer
     *     has written
     * @throws LockException as described above
     */
    @CheckReturnValue
    public boolean delete(String key, FenceToken fence) {
        return transport.call(FencedValueRequests.delete(key, fence)).isEmpty();
    }

    /**
     * As {@link #delete}, and throws where that returns false.
     *
     * @throws StaleFenceException if the lock was lost and somebody newer has written
     * @throws LockException as described above
     */
    public void deleteOrThrow(String key, FenceToken fence) {
        throwIfStale(transport.call(FencedValueRequests.delete(key, fence)), fence);
    }

    private static void throwIfStale(Optional<FenceToken> newer, FenceToken fence) {
        if (newer.isPresent()) {
            throw new StaleFenceException(fence, newer.get());
        }
    }

    /**
     * Returns a value and the fence it was written with; empty if there is none, or none any more.
     *
     * @throws LockException as described above
     */
    @CheckReturnValue
    public Optional<FencedValue> get(String key) {
        return transport.call(FencedValueRequests.get(key));
    }

    /** Ends calls in flight and refuses later ones. The client stays the caller's to close. May be called again. */
    @Override
    public void close() {
        transport.close();
    }
}
