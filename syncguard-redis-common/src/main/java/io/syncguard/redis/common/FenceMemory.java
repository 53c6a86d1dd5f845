package io.syncguard.redis.common;

import io.syncguard.Backend;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.LockOperation;
import java.util.function.Function;

/**
 * How many fence counters are under a prefix in Redis, and what they take up. Their number is that of all keys that were ever
 * locked; with {@link RedisOptions#withFenceRetention a retention}, of those that were locked within it (FEN-4). Immutable.
 *
 * @param keyPrefix the prefix
 * @param counters how many there are; about, if some come while they are counted
 * @param bytes what they take up together, by {@code MEMORY USAGE}, which depends on the server's allocator
 */
public record FenceMemory(String keyPrefix, long counters, long bytes) {
    /** A backend that can tell. */
    public interface Source {
        /**
         * Counts the fence counters and what they take up, by many short calls of which each looks at a few hundred keys:
         * nobody else has to wait for it. Blocks for as long as it takes to look at every key of the server, about a second
         * for a million; of a cluster once for each of 48 shards.
         *
         * @throws LockException as a lookup does; {@code AUTH_FAILED} if {@code SCAN} or {@code MEMORY} is not allowed
         */
        FenceMemory fenceMemory();
    }

    /**
     * Returns what the fence counters of a backend take up. Blocks as {@link Source#fenceMemory()} does.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is no backend on Redis; and as that method does
     */
    public static FenceMemory of(Backend backend) {
        if (backend instanceof Source source) {
            return source.fenceMemory();
        }
        throw LockException.invalidArgument(
                "only backends on Redis keep fence counters there, which this one does not: " + backend.name());
    }

    /**
     * What one of many calls found.
     *
     * @param nextCursor where the next one goes on; 0 at the end
     * @param counters how many counters it met
     * @param bytes what they take up
     */
    public record Page(String nextCursor, long counters, long bytes) {}

    /** Adds up all pages, of which the function gets each. */
    static FenceMemory addedUp(RedisRequests requests, Function<RedisCall<Page>, Page> run) {
        long counters = 0;
        long bytes = 0;
        for (int shard = 0; shard < requests.shards(); shard++) {
            String cursor = "0";
            do {
                Page page = run.apply(requests.fenceMemory(shard, cursor));
                counters += page.counters();
                bytes += page.bytes();
                cursor = page.nextCursor();
            } while (!cursor.equals("0"));
        }
        return new FenceMemory(requests.keyPrefix(), counters, bytes);
    }

    static Page page(String reply) {
        String[] parts = reply.split(",", -1);
        if (parts.length == 3) {
            try {
                return new Page(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]));
            } catch (NumberFormatException e) {
                // As below.
            }
        }
        throw LockException.failed(
                LockErrorCode.INTERNAL,
                LockOperation.LOOKUP,
                null,
                "the server's reply is not one a script of ours gives",
                null);
    }
}
