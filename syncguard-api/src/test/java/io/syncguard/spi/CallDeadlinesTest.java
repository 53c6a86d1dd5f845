package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallDeadlinesTest {
    private static final Duration OPERATION = Duration.ofMinutes(3);
    private static final Duration CONNECT = Duration.ofMinutes(10);

    private final CallDeadlines deadlines = CallDeadlines.of(OPERATION, CONNECT);

    @Test
    @DisplayName("OPT-2 before the first connection a call has the connect timeout, and looks again soon")
    void unconnected() {
        long started = System.nanoTime();

        assertThat(deadlines.deadlineNanos(started) - started).isEqualTo(CONNECT.toNanos());
        assertThat(deadlines.untilNextLookNanos(started))
                .isPositive()
                .isLessThan(Duration.ofSeconds(1).toNanos());
        assertThat(deadlines.untilNextLookNanos(started - CONNECT.toNanos())).isNotPositive();
        assertThat(deadlines.openingTimeout()).isEqualTo(CONNECT);
        assertThat(deadlines.openingTimeoutInWords()).contains("connectTimeoutMillis", "600000 ms");
    }

    @Test
    @DisplayName("OPT-2 a call that waited for the first connection has the operation timeout from then on")
    void connectedMeanwhile() {
        long started = System.nanoTime() - Duration.ofMinutes(9).toNanos();
        long before = System.nanoTime();
        deadlines.connected();
        long after = System.nanoTime();

        assertThat(deadlines.deadlineNanos(started) - before)
                .isBetween(OPERATION.toNanos(), OPERATION.toNanos() + after - before);
    }

    @Test
    @DisplayName("OPT-2 a later call has the operation timeout alone, and a later connection moves nothing")
    void connectedBefore() {
        deadlines.connected();
        long started = System.nanoTime();
        deadlines.connected();

        assertThat(deadlines.deadlineNanos(started) - started).isEqualTo(OPERATION.toNanos());
        assertThat(deadlines.untilNextLookNanos(started))
                .isGreaterThan(Duration.ofMinutes(1).toNanos());
        assertThat(deadlines.openingTimeout()).isEqualTo(OPERATION);
        assertThat(deadlines.openingTimeoutInWords()).contains("operationTimeoutMillis");
        assertThat(CallDeadlines.withinOperationTimeout(OPERATION).deadlineNanos(started) - started)
                .isEqualTo(OPERATION.toNanos());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 999_999, 3_600_000_000_001L})
    @DisplayName("ERR-4 a connect timeout is from 1 ms to 1 hour")
    void limits(long nanos) {
        assertThatThrownBy(() -> CallDeadlines.of(OPERATION, Duration.ofNanos(nanos)))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}
