package io.syncguard.redis.jedis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClusterClient;

/** Which master owns which slots of a cluster at a moment. Immutable. */
final class SlotOwners {
    /** By the last slot of each range, its first slot and its owner. */
    private final TreeMap<Long, Range> byLast = new TreeMap<>();

    private record Range(long first, String node) {}

    private SlotOwners() {}

    /**
     * Asks some node of the cluster. Blocks as the client does.
     *
     * @throws redis.clients.jedis.exceptions.JedisException if none answers
     */
    static SlotOwners ask(RedisClusterClient cluster) {
        SlotOwners owners = new SlotOwners();
        Object reply = cluster.executeCommand(new CommandArguments(Command.CLUSTER).add("SLOTS"));
        if (reply instanceof List<?> ranges) {
            ranges.forEach(owners::add);
        }
        return owners;
    }

    private void add(Object range) {
        if (range instanceof List<?> parts
                && parts.size() >= 3
                && parts.get(0) instanceof Long first
                && parts.get(1) instanceof Long last
                && parts.get(2) instanceof List<?> master
                && master.size() >= 2
                && master.get(0) instanceof byte[] host
                && master.get(1) instanceof Long port) {
            byLast.put(last, new Range(first, new String(host, StandardCharsets.UTF_8) + ":" + port));
        }
    }

    /** Returns {@code host:port} of the owner of a slot; null if it has none. */
    @Nullable
    String of(int slot) {
        var range = byLast.ceilingEntry((long) slot);
        return range != null && range.getValue().first() <= slot
                ? range.getValue().node()
                : null;
    }
}
