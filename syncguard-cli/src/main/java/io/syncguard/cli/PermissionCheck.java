package io.syncguard.cli;

import io.syncguard.redis.common.RedisServerState;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/** Looks at what the user may do, of what docs/redis.md says a user needs. Stateless. */
final class PermissionCheck {
    private static final String NAME = "rights";
    private static final String SECTION = "docs/redis.md#a-user-of-its-own";

    /** Without these waiters retry by themselves. */
    private static final Set<String> OF_WAITERS = Set.of(
            "zadd",
            "zrange",
            "zrem",
            "zpopmin",
            "publish",
            "subscribe",
            "unsubscribe",
            "spublish",
            "ssubscribe",
            "sunsubscribe");

    /** What needs a right that locks do not need. */
    private static final Set<String> OF_TOOLS = Set.of("scan", "memory|usage", "zcard", "info", "config|get", "wait");

    private PermissionCheck() {}

    static void run(RedisServerState server, Findings findings) {
        if (server.refused().isEmpty()) {
            findings.note(
                    "not checked",
                    "the rights of this user, which a server before Redis 7.0 does not tell, but for what the other lines tried",
                    SECTION);
            return;
        }
        Set<String> refused = new TreeSet<>(server.refused().get());
        Set<String> ofTools = taken(refused, OF_TOOLS);
        Set<String> ofWaiters = taken(refused, OF_WAITERS);
        if (!refused.isEmpty()) {
            findings.fail(
                    NAME, "this user may not use " + words(refused), "allow them, on the keys of the prefix", SECTION);
        }
        if (!ofWaiters.isEmpty()) {
            findings.warn(
                    NAME,
                    "waiters are not woken, and retry after 100 ms to 1 s: this user may not use " + words(ofWaiters),
                    "allow them, on the keys and channels of the prefix",
                    SECTION);
        }
        if (!ofTools.isEmpty()) {
            findings.note(
                    NAME, "locks do not need, but list, fences, doctor or replicaAcks do: " + words(ofTools), SECTION);
        }
        if (refused.isEmpty() && ofWaiters.isEmpty() && ofTools.isEmpty()) {
            findings.ok(NAME, "this user may do all that locks, waiters and this program need");
        }
    }

    private static Set<String> taken(Set<String> from, Set<String> wanted) {
        Set<String> taken = new LinkedHashSet<>(from);
        taken.retainAll(wanted);
        from.removeAll(wanted);
        return taken;
    }

    private static String words(Set<String> commands) {
        return String.join(", ", commands);
    }
}
