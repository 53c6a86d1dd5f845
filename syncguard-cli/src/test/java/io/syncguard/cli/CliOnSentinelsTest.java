package io.syncguard.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.testservers.RedisTestServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The program on a master that a sentinel names. */
@Tag("on-the-jar")
class CliOnSentinelsTest {
    private static RedisTestServer master;
    private static RedisTestServer sentinel;

    @BeforeAll
    static void start() {
        master = RedisTestServer.startDurable();
        sentinel = RedisTestServer.startSentinel("sentinel monitor locks 127.0.0.1 " + master.port() + " 1");
    }

    @AfterAll
    static void stop() {
        sentinel.close();
        master.close();
    }

    @Test
    @DisplayName("RDS-16 list and doctor ask the master that the sentinel names")
    void master() {
        String uri = LocksOfTest.patient("redis-sentinel://127.0.0.1:" + sentinel.port() + "?master=locks");
        try (LocksOfTest locks = LocksOfTest.at(uri.substring(0, uri.indexOf("&operation")))) {
            locks.hold("job");
            assertThat(CliProcess.run(Map.of(), "list", "--uri", uri)
                            .endedWith(0)
                            .out())
                    .endsWith("\n1 lock\n");
        }
        assertThat(CliProcess.run(Map.of(), "doctor", "--uri", uri).endedWith(0).out())
                .contains("a master without a cluster");
    }
}
