package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncguard.HeldLock;
import io.syncguard.testservers.RedisTestCluster;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program on a cluster. */
@Tag("on-the-jar")
class CliOnClusterTest {
    private static final int LOCKS = 20;

    private static RedisTestCluster cluster;
    private static LocksOfTest locks;

    @BeforeAll
    static void holdLocks() {
        cluster = RedisTestCluster.start(3, 0, "--appendonly", "yes", "--appendfsync", "always");
        locks = LocksOfTest.at("redis-cluster://" + cluster.addresses());
        for (int i = 0; i < LOCKS; i++) {
            locks.hold("job:" + i);
        }
        locks.awaitIn("job:7");
    }

    @AfterAll
    static void stop() {
        if (locks != null) {
            locks.close();
        }
        cluster.close();
    }

    private static CliProcess.Result run(String... arguments) {
        return CliProcess.run(
                Map.of("SYNCGUARD_URI", LocksOfTest.patient("redis-cluster://" + cluster.addresses())), arguments);
    }

    @Test
    @DisplayName("list and watch find the locks of all masters, and those that wait")
    void list() {
        JsonNode json = run("list", "job:", "--json", "--raw", "--sort", "WAITING")
                .endedWith(0)
                .json();
        assertThat(json.get("total").intValue()).isEqualTo(LOCKS);
        assertThat(json.get("locks").get(0).get("key").textValue()).isEqualTo("job:7");

        assertThat(run("watch", "job:", "--count", "1").endedWith(0).out())
                .contains("locks: " + LOCKS + "  waiting: 1");
    }

    @Test
    @DisplayName("show and release find a lock by its key and by its id")
    void release() {
        HeldLock byKey = locks.hold("other:1");
        HeldLock byId = locks.hold("other:2");
        run("show", "other:1").endedWith(0);
        run("release", "--key", "other:1", "--force").endedWith(0);
        run("release", "--id", byId.id().value(), "--force").endedWith(0);
        assertThat(byKey.release()).isFalse();
        assertThat(byId.release()).isFalse();
    }

    @Test
    @DisplayName("RDS-11 fences counts the counters of all masters")
    void fences() {
        assertThat(run("fences", "--json").endedWith(0).json().get("counters").intValue())
                .isBetween(LOCKS, LOCKS + 2);
    }

    @Test
    @DisplayName("RDS-30 doctor asks each master")
    void doctor() {
        CliProcess.Result result = run("doctor").endedWith(0);
        for (String address : cluster.addresses().split(",")) {
            assertThat(result.out()).contains(address + ": a master of a cluster");
        }
        assertThat(result.out()).contains("3 have slots, 3 keep locks of this prefix and were asked", "ms apart");
    }
}
