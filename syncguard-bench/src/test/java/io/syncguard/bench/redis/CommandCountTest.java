package io.syncguard.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommandCountTest {
    @Test
    @DisplayName("all commands count but INFO; those that run scripts count as such, too")
    void counts() {
        String stats =
                """
                # Commandstats\r
                cmdstat_get:calls=10,usec=30,usec_per_call=3.00,rejected_calls=0,failed_calls=0\r
                cmdstat_evalsha:calls=7,usec=70,usec_per_call=10.00,rejected_calls=0,failed_calls=1\r
                cmdstat_eval:calls=1,usec=90,usec_per_call=90.00,rejected_calls=0,failed_calls=0\r
                cmdstat_client|setinfo:calls=2,usec=2,usec_per_call=1.00,rejected_calls=0,failed_calls=0\r
                cmdstat_info:calls=100,usec=9,usec_per_call=0.09,rejected_calls=0,failed_calls=0\r
                """;
        assertThat(CommandCount.in(stats)).isEqualTo(new CommandCount(20, 8));
    }

    @Test
    @DisplayName("a server that has done nothing yet has a count of 0")
    void none() {
        assertThat(CommandCount.in("# Commandstats\r\n")).isEqualTo(new CommandCount(0, 0));
    }

    @Test
    @DisplayName("a difference is taken of both")
    void minus() {
        assertThat(new CommandCount(20, 8).minus(new CommandCount(5, 1))).isEqualTo(new CommandCount(15, 7));
    }
}
