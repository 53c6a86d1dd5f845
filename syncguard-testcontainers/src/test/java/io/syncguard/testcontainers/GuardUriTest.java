package io.syncguard.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardUriTest {
    @ParameterizedTest
    @CsvSource({
        "redis://h:1,         '',      '',             redis://h:1?keyPrefix=test",
        "rediss://u:p@h:1/3,  lettuce, '',             rediss+lettuce://u:p@h:1/3?keyPrefix=test",
        "redis+jedis://h:1,   lettuce, '',             redis+jedis://h:1?keyPrefix=test",
        "redis://h:1,         '',      a=1&b=2,        redis://h:1?a=1&b=2&keyPrefix=test",
        "redis://h:1?c=3,     jedis,   a=1,            redis+jedis://h:1?c=3&a=1&keyPrefix=test",
        "redis://h:1?c=3,     '',      keyPrefix=mine, redis://h:1?c=3&keyPrefix=mine",
    })
    void uri(String address, String client, String parameters, String expected) {
        assertThat(GuardUri.of(address, client, parameters, "test")).isEqualTo(expected);
    }
}
