package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerCheckTest {
    private static String info(String limit, String policy, String appendOnly) {
        return "# Memory\r\nmaxmemory:" + limit + "\r\nmaxmemory_human:0B\r\nmaxmemory_policy:" + policy
                + "\r\n# Persistence\r\naof_enabled:" + appendOnly + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "100,allkeys-lru,keep tokens rising if the server's clock goes back",
        "100,allkeys-random,fence counters",
        "100,volatile-ttl,evict locks that are held (maxmemory"
    })
    @DisplayName("RDS-12 a policy that evicts is named, with what it evicts")
    void evicts(String limit, String policy, String lost) {
        assertThat(ServerCheck.warnings(info(limit, policy, "1"), null))
                .singleElement()
                .asString()
                .contains(lost, policy, "noeviction");
    }

    @ParameterizedTest
    @CsvSource({"0,allkeys-lru", "100,noeviction"})
    @DisplayName("RDS-12 without a limit or with noeviction nothing is evicted, and nothing said")
    void evictsNothing(String limit, String policy) {
        assertThat(ServerCheck.warnings(info(limit, policy, "1"), null)).isEmpty();
    }

    @Test
    @DisplayName("RDS-12 a server that keeps nothing on disk is told; one that does, or does not say, is not")
    void persistence() {
        String off = info("0", "noeviction", "0");
        assertThat(ServerCheck.needsSave(off)).isTrue();
        assertThat(ServerCheck.needsSave(info("0", "noeviction", "1"))).isFalse();

        assertThat(ServerCheck.warnings(off, ""))
                .singleElement()
                .asString()
                .contains("a restart loses all locks", "clock goes back", "appendonly");
        assertThat(ServerCheck.warnings(off, "3600 1")).isEmpty();
        assertThat(ServerCheck.warnings(off, null)).isEmpty();
        assertThat(ServerCheck.warnings(info("0", "noeviction", "1"), "")).isEmpty();
        assertThat(ServerCheck.warnings("", "")).isEmpty();
    }
}
