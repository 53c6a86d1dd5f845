package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;

class LockOptionsTest {
    @Test
    @DisplayName("the defaults are a ttl of 30 s, a timeout of 5 s and 10 retries")
    void defaults() {
        assertThat(LockOptions.defaults())
                .isEqualTo(new LockOptions(
                        Duration.ofSeconds(30), Duration.ofSeconds(5), 10, false, Duration.ZERO, LossPolicy.FAIL));
    }

    static Stream<Duration> badTtls() {
        return Stream.of(
                Duration.ZERO,
                Duration.ofMillis(-1),
                Duration.ofNanos(1),
                Duration.ofNanos(1_500_000),
                Duration.ofDays(365).plusMillis(1),
                Duration.ofSeconds(Long.MAX_VALUE),
                Duration.ofSeconds(Long.MIN_VALUE));
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("badTtls")
    @DisplayName("TIME-6, ERR-4 a ttl out of range is refused wherever it is given")
    void badTtl(Duration ttl) {
        assertThatThrownBy(() -> LockOptions.defaults().withTtl(ttl)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> Ttl.of(ttl)).satisfies(LockOptionsTest::isInvalid);
    }

    @Test
    @DisplayName("TIME-6 the bounds themselves are fine")
    void bounds() {
        assertThat(Ttl.of(Duration.ofMillis(1)).millis()).isEqualTo(1);
        assertThat(Ttl.of(Duration.ofDays(365)).toDuration()).isEqualTo(Duration.ofDays(365));
        assertThatThrownBy(() -> new Ttl(0)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> new Ttl(Long.MAX_VALUE)).satisfies(LockOptionsTest::isInvalid);
    }

    static Stream<Duration> badTimeouts() {
        return Stream.of(Duration.ofNanos(-1), Duration.ofDays(365).plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("badTimeouts")
    @DisplayName("ERR-4 a timeout out of range is refused")
    void badTimeout(Duration timeout) {
        assertThatThrownBy(() -> LockOptions.defaults().withTimeout(timeout)).satisfies(LockOptionsTest::isInvalid);
    }

    @Test
    @DisplayName("ERR-4 a negative number of retries is refused, zero is fine")
    void retries() {
        assertThatThrownBy(() -> LockOptions.defaults().withMaxRetries(-1)).satisfies(LockOptionsTest::isInvalid);
        assertThatCode(() -> LockOptions.defaults().withMaxRetries(0).withTimeout(Duration.ZERO))
                .doesNotThrowAnyException();
    }

    private static void isInvalid(Throwable thrown) {
        assertThat(thrown).isInstanceOf(LockException.class);
        assertThat(((LockException) thrown).code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT);
    }
}
