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
import org.junit.jupiter.params.provider.ValueSource;

class LockOptionsTest {
    @Test
    @DisplayName("the defaults are a ttl of 30 s, a timeout of 5 s and 10 retries")
    void defaults() {
        LockOptions defaults = LockOptions.defaults();

        assertThat(defaults.ttl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(defaults.maxRetries()).isEqualTo(10);
        assertThat(defaults.heartbeat()).isFalse();
        assertThat(defaults.setsHeartbeat()).isFalse();
        assertThat(defaults.minHold()).isZero();
        assertThat(defaults.lossPolicy()).isEqualTo(LossPolicy.FAIL);
        assertThat(defaults.name()).isEmpty();
        assertThat(defaults.limitsWait()).isFalse();
        assertThat(defaults.setsLossPolicy()).isFalse();
    }

    @Test
    @DisplayName("one limit to the wait, unless two are asked for")
    void oneLimit() {
        LockOptions minute = LockOptions.defaults().withTimeout(Duration.ofMinutes(1));
        assertThat(minute.maxRetries()).isEqualTo(Integer.MAX_VALUE);

        LockOptions retries = LockOptions.defaults().withMaxRetries(3);
        assertThat(retries.timeout()).isEqualTo(Duration.ofSeconds(5));

        LockOptions both = minute.withMaxRetries(3);
        assertThat(both.timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(both.maxRetries()).isEqualTo(3);
        assertThat(both).isEqualTo(retries.withTimeout(Duration.ofMinutes(1)));
    }

    @Test
    @DisplayName("options are equal if the same ones are set, and their text lists those")
    void equality() {
        LockOptions one = LockOptions.defaults()
                .withTtl(Duration.ofSeconds(9))
                .withTimeout(Duration.ofSeconds(8))
                .withMaxRetries(7)
                .withHeartbeat()
                .withMinHold(Duration.ofSeconds(6))
                .withLossPolicy(LossPolicy.KEEP_RESULT)
                .withName("charge-payment");
        LockOptions same = LockOptions.defaults()
                .withName("charge-payment")
                .withLossPolicy(LossPolicy.KEEP_RESULT)
                .withMinHold(Duration.ofSeconds(6))
                .withHeartbeat()
                .withMaxRetries(7)
                .withTimeout(Duration.ofSeconds(8))
                .withTtl(Duration.ofSeconds(9));

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(LockOptions.defaults());
        assertThat(one).isNotEqualTo(same.withoutHeartbeat());
        assertThat(one)
                .hasToString("LockOptions[ttl=PT9S, timeout=PT8S, maxRetries=7, heartbeat=true, minHold=PT6S,"
                        + " lossPolicy=KEEP_RESULT, name=charge-payment]");
        assertThat(LockOptions.defaults()).hasToString("LockOptions[ttl=PT30S]");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a b", "käse", "a\nb", "{x}"})
    @DisplayName("ERR-4 a name that would not do as a metric's tag is refused")
    void badName(String name) {
        assertThatThrownBy(() -> LockOptions.defaults().withName(name)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> LockOptions.defaults().withName("n".repeat(101)))
                .satisfies(LockOptionsTest::isInvalid);
    }

    @ParameterizedTest
    @ValueSource(strings = {"charge-payment", "jobs/nightly:v2", "A_1.b"})
    @DisplayName("a name may have what tags have")
    void goodName(String name) {
        assertThat(LockOptions.defaults().withName(name).name()).contains(name);
    }

    @Test
    @DisplayName("ERR-4 nothing may be null")
    void nulls() {
        assertThatThrownBy(() -> LockOptions.defaults().withLossPolicy(null)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> LockOptions.defaults().withMinHold(null)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> GuardOptions.defaults().withListener(null)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> GuardOptions.defaults().withExecutor(null)).satisfies(LockOptionsTest::isInvalid);
        assertThatThrownBy(() -> GuardOptions.defaults().withCloseTimeout(null)).satisfies(LockOptionsTest::isInvalid);
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
