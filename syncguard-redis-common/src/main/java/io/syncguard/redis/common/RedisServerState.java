package io.syncguard.redis.common;

import io.syncguard.Backend;
import io.syncguard.LockException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a Redis server tells of itself, for tools that diagnose. Immutable.
 *
 * @param info the answer to {@code INFO}, in a cluster followed by that to {@code CLUSTER INFO}; empty if the server refuses it
 * @param node {@code host:port} of the node, as it calls itself; empty outside a cluster, or if the server refuses to tell
 * @param clockAhead how far the server's clock is ahead of this machine's; negative if it is behind
 * @param clockUncertainty by how much that may be wrong: half of the time that the answer took
 * @param refused the commands that the user may not use, of those that a lock, a waiter or a tool needs, named as in an ACL: {@code
 *     memory|usage}. Empty if the server does not tell, as before Redis 7.0
 * @param settings what {@code CONFIG GET} answers for {@link #SETTINGS}, as far as the server and the client tell. Lettuce is not asked
 */
public record RedisServerState(
        String info,
        Optional<String> node,
        Duration clockAhead,
        Duration clockUncertainty,
        Optional<Set<String>> refused,
        Map<String, String> settings) {
    /** The settings that {@code INFO} does not tell. */
    public static final Set<String> SETTINGS = Set.of("save", "appendfsync", "min-replicas-to-write");

    /** Copies what it is given. */
    public RedisServerState {
        refused = refused.map(Set::copyOf);
        settings = Map.copyOf(settings);
    }

    /** A backend that can ask. */
    public interface Source {
        /**
         * Asks each server that keeps locks of this backend: the one server, the master that sentinels name, or each master of a cluster that
         * has one of the 48 shards. Changes nothing (RDS-30). Blocks for a round trip or two for each server, in a cluster for one for each
         * shard.
         *
         * @throws LockException as a lookup does
         */
        List<RedisServerState> serverStates();
    }

    /**
     * Returns what the servers of a backend tell. Blocks as {@link Source#serverStates()} does.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is no backend on Redis; and as that method does
     */
    public static List<RedisServerState> of(Backend backend) {
        if (backend instanceof Source source) {
            return source.serverStates();
        }
        throw LockException.invalidArgument("this is no backend on Redis: " + backend.name());
    }

    /** Returns a field of {@code INFO}; empty if it is not there. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(ServerCheck.field(info, name));
    }

    /** Returns what a backend warns of if the server may evict locks (RDS-12). */
    public Optional<String> evictionWarning() {
        return ServerCheck.evictionWarning(info);
    }

    /** Returns what a backend warns of if the server keeps nothing on disk (RDS-12); empty too if that is not known. */
    public Optional<String> persistenceWarning() {
        return ServerCheck.persistenceWarning(info, settings.get("save"));
    }
}
