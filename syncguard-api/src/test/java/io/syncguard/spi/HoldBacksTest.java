package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HoldBacksTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    @DisplayName("WAI-3 to hold back is for the key that was released, and for the time that is left")
    void forTheKey() {
        HoldBacks holdBacks = new HoldBacks(LONG);
        assertThat(holdBacks.isEmpty()).isTrue();
        assertThat(holdBacks.of("key")).isZero();

        holdBacks.wokenElsewhere("key");

        assertThat(holdBacks.isEmpty()).isFalse();
        assertThat(holdBacks.of("key")).isBetween(Duration.ofSeconds(30), LONG);
        assertThat(holdBacks.of("other")).isZero();
    }

    @Test
    @DisplayName("WAI-3 what was noted of the release is there until it is over")
    void noted() {
        HoldBacks holdBacks = new HoldBacks(LONG);
        holdBacks.wokenElsewhere("key", "17");
        holdBacks.wokenElsewhere("other");

        assertThat(holdBacks.note("key")).contains("17");
        assertThat(holdBacks.note("other")).contains("");
        holdBacks.over("key");
        assertThat(holdBacks.note("key")).isEmpty();
        assertThat(holdBacks.of("key")).isZero();
    }

    @Test
    @DisplayName("WAI-3 to hold back ends, is never negative, and is forgotten")
    void ends() {
        HoldBacks holdBacks = new HoldBacks(Duration.ofMillis(1));
        holdBacks.wokenElsewhere("key");
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
        while (System.nanoTime() - endNanos <= 0) {
            LockSupport.parkNanos(endNanos - System.nanoTime() + 1);
        }

        assertThat(holdBacks.of("key")).isZero();
        assertThat(holdBacks.isEmpty()).isTrue();
    }

    @Test
    @DisplayName("keys that nobody comes back to do not pile up")
    void bounded() {
        HoldBacks holdBacks = new HoldBacks(LONG);
        for (int i = 0; i < 10_000; i++) {
            holdBacks.wokenElsewhere("key" + i);
        }
        assertThat(holdBacks.of("key0")).isPositive();

        holdBacks.wokenElsewhere("one more");

        assertThat(holdBacks.of("key0")).isZero();
        assertThat(holdBacks.of("one more")).isPositive();
    }
}
