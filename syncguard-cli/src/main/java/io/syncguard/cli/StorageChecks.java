package io.syncguard.cli;

import io.syncguard.redis.common.RedisServerState;

/** Looks at whether a server may lose locks, from its memory or in a restart (docs/redis.md). Stateless. */
final class StorageChecks {
    private static final String MEMORY = "memory";
    private static final String PERSISTENCE = "persistence";
    private static final String KEPT = "docs/redis.md#what-must-be-kept";
    private static final int ALMOST_FULL_PERCENT = 90;

    private StorageChecks() {}

    static void run(RedisServerState server, Findings findings) {
        checkMemory(server, findings);
        checkPersistence(server, findings);
    }

    private static void checkMemory(RedisServerState server, Findings findings) {
        String policy = server.field("maxmemory_policy").orElse("not known");
        long limit = Long.parseLong(server.field("maxmemory").orElse("0"));
        long used = Long.parseLong(server.field("used_memory").orElse("0"));
        String text =
                "maxmemory-policy " + policy + ", " + (limit == 0 ? "no limit" : percent(used, limit) + " % used");
        if (server.evictionWarning().isPresent()) {
            findings.warn(MEMORY, server.evictionWarning().get(), "", KEPT);
        } else if (limit > 0 && percent(used, limit) >= ALMOST_FULL_PERCENT) {
            findings.warn(
                    MEMORY, text + ": a full server refuses acquires", "raise maxmemory, or let counters expire", KEPT);
        } else {
            findings.ok(MEMORY, text);
        }
    }

    private static long percent(long used, long limit) {
        return Math.round(100.0 * used / limit);
    }

    private static void checkPersistence(RedisServerState server, Findings findings) {
        String fsync = server.settings().get("appendfsync");
        if (server.persistenceWarning().isPresent()) {
            findings.warn(PERSISTENCE, server.persistenceWarning().get(), "", KEPT);
        } else if (server.field("aof_enabled").orElse("").equals("0")) {
            findings.warn(
                    PERSISTENCE,
                    server.settings().containsKey("save")
                            ? "appendonly is no: a restart loses the locks since the last save point"
                            : "appendonly is no: a restart loses locks. Save points are not known, because CONFIG is refused",
                    "set appendonly to yes",
                    KEPT);
        } else if (server.field("aof_last_write_status").orElse("ok").equals("err")) {
            findings.fail(
                    PERSISTENCE, "the append-only file cannot be written", "see the server's log and its disk", KEPT);
        } else if (fsync == null) {
            findings.note(PERSISTENCE, "appendonly is yes; appendfsync is not known, because CONFIG is refused", KEPT);
        } else if (fsync.equals("no")) {
            findings.warn(
                    PERSISTENCE,
                    "appendonly is yes, and appendfsync no: a crash of the machine loses half a minute and more",
                    "set appendfsync to always, or to everysec if you can afford to lose a second",
                    KEPT);
        } else {
            findings.ok(
                    PERSISTENCE,
                    "appendonly yes, appendfsync " + fsync
                            + (fsync.equals("always") ? "" : ": a crash may lose the last second"));
        }
    }
}
