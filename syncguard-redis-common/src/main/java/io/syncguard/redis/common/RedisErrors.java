package io.syncguard.redis.common;

import io.syncguard.LockErrorCode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Classifies error replies by their first word, as the Redis protocol means it (ERR-2). Stateless. */
public final class RedisErrors {
    private static final Map<String, LockErrorCode> BY_FIRST_WORD = Map.ofEntries(
            Map.entry("NOAUTH", LockErrorCode.AUTH_FAILED),
            Map.entry("WRONGPASS", LockErrorCode.AUTH_FAILED),
            Map.entry("NOPERM", LockErrorCode.AUTH_FAILED),
            Map.entry("LOADING", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("BUSY", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("MASTERDOWN", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("CLUSTERDOWN", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("TRYAGAIN", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("READONLY", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("MISCONF", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("NOREPLICAS", LockErrorCode.SERVICE_UNAVAILABLE),
            Map.entry("OOM", LockErrorCode.SERVICE_UNAVAILABLE));

    /** A script's, while a slot moves, or has just moved. */
    private static final String NOT_LOCAL = "attempted to access a non local key";

    private static final String IN_SCRIPT = "ERR Error running script";
    private static final String NOT_FOR_USER = "The user executing the script can't";

    private RedisErrors() {}

    /** Returns the code of an error reply, given without its leading minus sign; {@code INTERNAL} if it is unknown. */
    public static LockErrorCode classify(@Nullable String reply) {
        if (reply == null) {
            return LockErrorCode.INTERNAL;
        }
        String inner = withoutScript(reply);
        int blank = inner.indexOf(' ');
        LockErrorCode code = BY_FIRST_WORD.get(blank < 0 ? inner : inner.substring(0, blank));
        return code == null ? classifyGeneric(inner) : code;
    }

    /** Before Redis 7 an error that a command in a script meets is told within another, behind the place in the script. */
    private static String withoutScript(String reply) {
        int minus = reply.startsWith(IN_SCRIPT) ? reply.lastIndexOf(" -") : -1;
        return minus < 0 ? reply : reply.substring(minus + 2);
    }

    /** Replies Redis gives no word of their own. */
    private static LockErrorCode classifyGeneric(String reply) {
        if (reply.startsWith("ERR AUTH ") || reply.startsWith("ERR ACL failure") || reply.contains(NOT_FOR_USER)) {
            return LockErrorCode.AUTH_FAILED;
        }
        if (reply.contains(NOT_LOCAL) || reply.contains("while the cluster is down")) {
            return LockErrorCode.SERVICE_UNAVAILABLE;
        }
        if (reply.startsWith("ERR max number of clients")) {
            return LockErrorCode.RATE_LIMITED;
        }
        return LockErrorCode.INTERNAL;
    }

    /** Returns what to do about a reply that a wrong setting of ours is to blame for; null if it is another one. */
    static @Nullable String advice(@Nullable String reply) {
        if (reply == null) {
            return null;
        }
        if (isOfCluster(reply)) {
            return "it is a node of a cluster; use redis-cluster://host:port,host:port, or hand in a client for a cluster";
        }
        if (reply.startsWith("ERR AUTH <password> called without any password configured")) {
            return "it has no password; set one there, or leave it out here";
        }
        if (reply.startsWith("ERR This instance has cluster support disabled")) {
            return "it is no node of a cluster; use redis:// for a single server";
        }
        if (reply.startsWith("ERR unknown command")
                && reply.toUpperCase(Locale.ROOT).contains("'SENTINEL'")) {
            return "it is no sentinel; name the sentinels in redis-sentinel://, or use redis:// for a single server";
        }
        if (reply.endsWith("ERR syntax error")) {
            // That is its answer to SET with GET, behind the place in the script where the script does not answer
            // itself.
            return "it is older than Redis 6.2, which is the first that SyncGuard works with; use a later one, or Valkey";
        }
        if (reply.startsWith("ERR DB index is out of range") || reply.startsWith("ERR invalid DB index")) {
            return "it has no database of that number, which is the path of the URI";
        }
        return null;
    }

    /** Returns whether it is what a node of a cluster replies to somebody who takes it for a server of its own. */
    private static boolean isOfCluster(String reply) {
        return reply.startsWith("MOVED ") || reply.startsWith("ASK ") || reply.startsWith("CROSSSLOT ");
    }

    /**
     * Returns whether nothing was done, because a slot of a cluster is on its way from one node to another; soon it has arrived
     * (CLU-4).
     */
    public static boolean isSlotUnderWay(@Nullable String reply) {
        return reply != null && reply.startsWith("TRYAGAIN");
    }

    /** Returns whether it says at which node of a cluster a request belongs. */
    static boolean isRedirection(String reply) {
        return reply.startsWith("MOVED ") || reply.startsWith("ASK ");
    }

    /** Returns whether it is the reply of a server that was a master and is none any more. */
    public static boolean isDemoted(@Nullable String reply) {
        return reply != null && withoutScript(reply).startsWith("READONLY");
    }
}
