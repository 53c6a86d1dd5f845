package io.syncguard.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScriptTimeTest {
    private static final String STATS =
            """
            # Commandstats\r
            cmdstat_set:calls=9,usec=18,usec_per_call=2.00,rejected_calls=0,failed_calls=0\r
            cmdstat_evalsha:calls=4,usec=30,usec_per_call=7.50,rejected_calls=0,failed_calls=0\r
            """;

    @Test
    @DisplayName("calls of scripts are told from other commands")
    void scripts() {
        assertThat(ScriptTime.in(STATS)).isEqualTo(new ScriptTime(4, 30));
        assertThat(ScriptTime.in("# Commandstats\r\n")).isEqualTo(new ScriptTime(0, 0));
    }

    @Test
    @DisplayName("what each call took is of those since an earlier time")
    void each() {
        assertThat(ScriptTime.in(STATS).minus(new ScriptTime(2, 10)).each()).isEqualTo(10);
        assertThat(new ScriptTime(0, 0).each()).isNaN();
    }
}
