package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisOptionsTest {
    @Test
    @DisplayName("the defaults are the page's prefix, pure reads, hashed long keys, and 3 s")
    void defaults() {
        assertThat(RedisOptions.from(BackendUri.parse("redis://h")))
                .isEqualTo(RedisOptions.defaults())
                .isEqualTo(new RedisOptions("syncguard", false, false, Duration.ofSeconds(3)));
    }

    @Test
    @DisplayName("a URI's parameters are the options")
    void fromUri() {
        BackendUri uri = BackendUri.parse("redis://h?keyPrefix=my:app&cleanupInIsLocked=true&rejectLongKeys=true"
                + "&operationTimeoutMillis=250");

        assertThat(RedisOptions.from(uri)).isEqualTo(new RedisOptions("my:app", true, true, Duration.ofMillis(250)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyPrefix=",
                "keyPrefix=%20",
                "keyPrefix=app:",
                "keyPrefix=app:fence",
                "cleanupInIsLocked=yes",
                "rejectLongKeys=TRUE",
                "operationTimeoutMillis=0",
                "operationTimeoutMillis=-5",
                "operationTimeoutMillis=3600001",
                "operationTimeoutMillis=3s"
            })
    @DisplayName("ERR-4, KEY-7 an option that makes no sense is refused")
    void badOption(String parameter) {
        assertInvalid(() -> RedisOptions.from(BackendUri.parse("redis://h?" + parameter)));
    }

    @Test
    @DisplayName("OPT-2, ERR-4 a timeout is from 1 ms to 1 hour")
    void badTimeout() {
        assertInvalid(() -> RedisOptions.defaults().withOperationTimeout(Duration.ZERO));
        assertInvalid(() -> RedisOptions.defaults().withOperationTimeout(Duration.ofNanos(999_999)));
        assertInvalid(() ->
                RedisOptions.defaults().withOperationTimeout(Duration.ofHours(1).plusNanos(1)));
        assertInvalid(() -> RedisOptions.defaults().withOperationTimeout(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis:///0",
                "redis://h/zero",
                "redis://h/-1",
                "redis://h/0/1",
                "redis://h/99999999",
                "redis://s3cret@h",
                "redis://h:0",
                "redis://under_score",
                "redis:h"
            })
    @DisplayName("ERR-4 an address that makes no sense is refused, and nothing secret of it is shown")
    void badAddress(String uri) {
        assertInvalid(() -> RedisAddress.from(BackendUri.parse(uri)));
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LockException.class, e -> {
            assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).doesNotContain("s3cret");
        });
    }

    @Test
    @DisplayName("an address is read with its defaults, and its text shows no password")
    void address() {
        assertThat(RedisAddress.from(BackendUri.parse("redis://h"))).hasToString("redis://h:6379/0");

        RedisAddress full = RedisAddress.from(BackendUri.parse("rediss+jedis://me:s3cret@[::1]:7/3"));
        assertThat(full.tls()).isTrue();
        assertThat(full.user()).contains("me");
        assertThat(full.password()).contains("s3cret");
        assertThat(full.database()).isEqualTo(3);
        assertThat(full.toString()).doesNotContain("s3cret");
    }
}
