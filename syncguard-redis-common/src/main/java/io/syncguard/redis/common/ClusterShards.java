package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.StorageKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Locks spread over the slots of a cluster (CLU-1): each key has one of {@value #COUNT} shards by its hash, whose hash tag is
 * part of all names, and each id says its shard. So whatever an operation touches is in one slot, and an id alone is enough to
 * find it. Immutable and thread-safe.
 */
final class ClusterShards implements Layout {
    /** Divides by 3, 6 and 16, so that as many masters have equal parts. */
    private static final int COUNT = 48;

    /** By shard: the slots they stand for are those in the middle of as many equal parts of all slots. */
    private static final List<String> TAGS = List.of(("cr 18 sv g2 5x og 1t dj jy fl 3r vh 6x d2 bt 28 "
                    + "pv f4 1u uh ey 3f iy gj bj ly 6f 5r h9 4u c4 uv "
                    + "ka gt q6 3x k9 9s cl oy 5f 4t r6 dt zc vv ha fr")
            .split(" "));

    private static final int LONGEST_PREFIX = StorageKeys.MAX_PREFIX_BYTES - ":{xx}".length();

    private final List<Wire> shards;

    private ClusterShards(List<Wire> shards) {
        this.shards = shards;
    }

    /**
     * Returns the layout under a prefix: one slot if it has a hash tag of its own.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it has a brace that makes no hash tag, or leaves no room for ours
     */
    static Layout under(StorageKeys keys) {
        String prefix = keys.prefix();
        int open = prefix.indexOf('{');
        if (open >= 0) {
            if (prefix.indexOf('}', open) <= open + 1) {
                throw LockException.invalidArgument(
                        "the key prefix (keyPrefix) has a '{' that begins no hash tag; leave it out, or write"
                                + " one, as in {myapp}, to have all locks in its slot");
            }
            return new OneShard(Wire.inCluster(keys, 0));
        }
        if (prefix.getBytes(StandardCharsets.UTF_8).length > LONGEST_PREFIX) {
            throw LockException.invalidArgument("the key prefix (keyPrefix) is longer than " + LONGEST_PREFIX
                    + " bytes, which leaves no room for the hash tag in a cluster");
        }
        return new ClusterShards(IntStream.range(0, COUNT)
                .mapToObj(shard -> Wire.inCluster(StorageKeys.under(prefix + ":{" + TAGS.get(shard) + "}"), shard))
                .toList());
    }

    private static int shard(byte[] stored) {
        CRC32 hash = new CRC32();
        hash.update(stored);
        return (int) (hash.getValue() % COUNT);
    }

    @Override
    public Wire of(byte[] stored) {
        return shards.get(shard(stored));
    }

    @Override
    public Wire of(LockId id) {
        return shards.get(id.shard() % COUNT);
    }

    @Override
    public LockId newId(LockKey key, StorageKeys keys) {
        return LockId.random(shard(Wire.utf8(keys.stored(key))));
    }

    @Override
    public List<Wire> shards() {
        return shards;
    }
}
