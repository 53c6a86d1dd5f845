package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockErrorCode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "AUTH_FAILED,         NOAUTH Authentication required.",
        "AUTH_FAILED,         WRONGPASS invalid username-password pair or user is disabled.",
        "AUTH_FAILED,         NOPERM this user has no permissions to run the 'evalsha' command",
        "AUTH_FAILED,         ERR AUTH <password> called without any password configured for the default user.",
        "SERVICE_UNAVAILABLE, LOADING Redis is loading the dataset in memory",
        "SERVICE_UNAVAILABLE, BUSY Redis is busy running a script.",
        "SERVICE_UNAVAILABLE, READONLY You can't write against a read only replica.",
        "SERVICE_UNAVAILABLE, MASTERDOWN Link with MASTER is down",
        "SERVICE_UNAVAILABLE, CLUSTERDOWN The cluster is down",
        "SERVICE_UNAVAILABLE, TRYAGAIN Multiple keys request during rehashing of slot",
        "SERVICE_UNAVAILABLE, MISCONF Redis is configured to save RDB snapshots",
        "SERVICE_UNAVAILABLE, NOREPLICAS Not enough good replicas to write.",
        "SERVICE_UNAVAILABLE, OOM command not allowed when used memory > 'maxmemory'.",
        "RATE_LIMITED,        ERR max number of clients reached",
        "RATE_LIMITED,        ERR max number of clients + cluster connections reached",
        "SERVICE_UNAVAILABLE, ERR Error running script (call to f_0): @user_script:9: @user_script: 9: -OOM command not allowed",
        "SERVICE_UNAVAILABLE, ERR Error running script (call to f_0): @user_script:9: @user_script: 9: -NOREPLICAS Not enough",
        "AUTH_FAILED,         ERR Error running script (call to f_0): @user_script:9: The user executing the script can't run this",
        "INTERNAL,            ERR unknown command 'EVALSHA'",
        "INTERNAL,            NOAUTHENTIC",
        "INTERNAL,            ERR the timeout is over and NOAUTH is not the first word",
        "INTERNAL,            ''",
        "INTERNAL,"
    })
    @DisplayName("ERR-2, RDS-8 the first word of an error reply decides, not what else its text says")
    void byFirstWord(LockErrorCode code, String reply) {
        assertThat(RedisErrors.classify(reply)).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // What Redis 6.0.16 answers to an acquire, and to a ping.
                "ERR syntax error",
                "ERR Error running script (call to f_56f5b42e7a4119fdfe4e0a34852ee83a771fbdc5): @user_script:8: ERR syntax error"
            })
    @DisplayName("RDS-28 a server that is too old is named as that")
    void tooOld(String reply) {
        assertThat(RedisErrors.classify(reply)).isEqualTo(LockErrorCode.INTERNAL);
        assertThat(RedisErrors.advice(reply)).contains("older than Redis 6.2");
        assertThat(RedisErrors.advice("ERR Error running script: @user_script:8: WRONGTYPE"))
                .isNull();
    }

    @Test
    @DisplayName("RDS-16 a server that is no master any more says so, before Redis 7 within a script's error")
    void demoted() {
        assertThat(RedisErrors.isDemoted("READONLY You can't write against a read only replica."))
                .isTrue();
        assertThat(RedisErrors.isDemoted("ERR Error running script (call to f_0): @user_script:1:"
                        + " @user_script: 1: -READONLY You can't write against a read only replica. "))
                .isTrue();
        assertThat(RedisErrors.isDemoted("LOADING Redis is loading the dataset in memory"))
                .isFalse();
        assertThat(RedisErrors.isDemoted(null)).isFalse();
    }
}
