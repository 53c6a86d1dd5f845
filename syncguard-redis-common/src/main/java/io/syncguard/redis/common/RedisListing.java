package io.syncguard.redis.common;

import io.syncguard.spi.ListedLock;
import io.syncguard.spi.LockListing;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lists locks shard by shard, by {@code SCAN} in steps of some hundred keys. A cursor is the number of a shard and the server's cursor in
 * it. Thread-safe.
 */
final class RedisListing implements LockListing {
    private static final Pattern CURSOR = Pattern.compile("(\\d{1,2}):(\\d{1,20})");

    private final RedisRequests requests;
    private final RedisCalls calls;

    RedisListing(RedisRequests requests, RedisCalls calls) {
        this.requests = requests;
        this.calls = calls;
    }

    /** What one call found in a shard; the next cursor is 0 at the end. */
    record ShardPage(List<ListedLock> locks, String nextCursor) {}

    @Override
    public Page page(String start, String cursor) {
        String stored = LockListing.checkedStart(start);
        Matcher place = CURSOR.matcher(START.equals(cursor) ? "0:0" : String.valueOf(cursor));
        if (!place.matches() || Integer.parseInt(place.group(1)) >= requests.shards() || !isOfRedis(place.group(2))) {
            throw LockListing.notACursor();
        }
        int shard = Integer.parseInt(place.group(1));
        ShardPage found = calls.call(requests.list(shard, stored, place.group(2)));
        return new Page(found.locks(), next(shard, found.nextCursor()));
    }

    private static boolean isOfRedis(String cursor) {
        return cursor.length() < 20 || new BigInteger(cursor).bitLength() <= Long.SIZE;
    }

    private Optional<String> next(int shard, String cursor) {
        if (!cursor.equals("0")) {
            return Optional.of(shard + ":" + cursor);
        }
        return shard + 1 < requests.shards() ? Optional.of((shard + 1) + ":0") : Optional.empty();
    }
}
