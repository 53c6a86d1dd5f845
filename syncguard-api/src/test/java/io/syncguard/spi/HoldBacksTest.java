package io.syncguard.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class HoldBacksTest {
    private static final Duration LONG = Duration.ofSeconds(1);

    @Test
    @DisplayName("WAI-3 to hold back is for the key that was released, and for the time that is left")
    void forTheKey() {
        Duration left = Duration.ZERO;
        // A stall may be as long.
        for (int i = 0; i < 20 && left.isZero(); i++) {
            HoldBacks holdBacks = new HoldBacks(LONG);
            assertThat(holdBacks.isEmpty()).isTrue();
            assertThat(holdBacks.of("key")).isZero();

            holdBacks.wokenElsewhere("key");

            assertThat(holdBacks.isEmpty()).isFalse();
            left = holdBacks.of("key");
            assertThat(holdBacks.of("other")).isZero();
        }
        assertThat(left).isBetween(Duration.ofMillis(1), LONG);
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
    @DisplayName("WAI-3 to hold back is from zero to a second, and anything else is INVALID_ARGUMENT")
    void extremes() {
        for (Duration invalid : new Duration[] {
            null,
            Duration.ofNanos(-1),
            Duration.ofSeconds(1, 1),
            ChronoUnit.FOREVER.getDuration(),
            ChronoUnit.FOREVER.getDuration().negated()
        }) {
            assertThatThrownBy(() -> new HoldBacks(invalid))
                    .isInstanceOfSatisfying(
                            LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
        }
        HoldBacks none = new HoldBacks(Duration.ZERO);
        none.wokenElsewhere("key");
        assertThat(none.of("key")).isZero();
    }

    @Test
    @DisplayName("keys that nobody comes back to do not pile up, and those that end last stay")
    void bounded() {
        HoldBacks holdBacks;
        long startNanos;
        do {
            startNanos = System.nanoTime();
            holdBacks = new HoldBacks(LONG);
            for (int i = 0; i < 10_000; i++) {
                holdBacks.wokenElsewhere("key" + i, "note");
            }

            holdBacks.wokenElsewhere("one more", "note");
        } while (isOver(startNanos));

        assertThat(holdBacks.note("one more")).isPresent();
        assertThat(holdBacks.note("key9999")).isPresent();
        assertThat(holdBacks.note("key0")).isEmpty();
        assertThat(noted(holdBacks, "key", 10_000)).isBetween(8_000L, 9_500L);
    }

    /** Returns whether keys that were added since may be over, because this process was stalled. */
    private static boolean isOver(long startNanos) {
        return System.nanoTime() - startNanos >= LONG.toNanos();
    }

    private static long noted(HoldBacks holdBacks, String prefix, int keys) {
        return IntStream.range(0, keys)
                .filter(i -> holdBacks.note(prefix + i).isPresent())
                .count();
    }

    @Test
    @DisplayName("keys that are over make room before those that are not")
    void expiredFirst() throws InterruptedException {
        HoldBacks holdBacks;
        long startNanos;
        do {
            holdBacks = new HoldBacks(LONG);
            for (int i = 0; i < 9_000; i++) {
                holdBacks.wokenElsewhere("old" + i, "note");
            }
            Thread.sleep(1_050);
            startNanos = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                holdBacks.wokenElsewhere("new" + i, "note");
            }

            holdBacks.wokenElsewhere("one more", "note");
        } while (isOver(startNanos));

        assertThat(noted(holdBacks, "new", 1_000)).isEqualTo(1_000);
        assertThat(holdBacks.note("old0")).isEmpty();
    }
}
