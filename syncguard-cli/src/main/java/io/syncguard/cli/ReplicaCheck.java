package io.syncguard.cli;

import io.syncguard.redis.common.RedisServerState;
import java.util.stream.IntStream;

/** Looks at the replicas of a master. Stateless. */
final class ReplicaCheck {
    private static final String NAME = "replicas";
    private static final String TOPOLOGY = "docs/redis.md#choose-a-topology";
    private static final String FAILOVER = "docs/redis.md#what-a-failover-loses";

    private ReplicaCheck() {}

    static void run(RedisServerState master, Findings findings) {
        if (!master.field("role").orElse("").equals("master")) {
            return;
        }
        int connected = Integer.parseInt(master.field("connected_slaves").orElse("0"));
        long online = IntStream.range(0, connected)
                .filter(each -> master.field("slave" + each).orElse("").contains("state=online"))
                .count();
        String needed = needed(master);
        if (connected == 0) {
            findings.note(NAME, "none: while this server is down, there are no locks" + needed, TOPOLOGY);
        } else if (online < connected) {
            findings.warn(
                    NAME,
                    online + " of " + connected + " are online" + needed,
                    "find out why the others do not follow",
                    FAILOVER);
        } else {
            findings.ok(NAME, online + " online" + needed);
        }
    }

    private static String needed(RedisServerState master) {
        String least = master.settings().get("min-replicas-to-write");
        return least == null ? "; min-replicas-to-write is not known" : "; min-replicas-to-write is " + least;
    }
}
