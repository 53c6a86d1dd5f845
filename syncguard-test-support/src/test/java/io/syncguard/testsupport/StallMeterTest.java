package io.syncguard.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class StallMeterTest {
    private long nowMillis = 1_000;
    private final StallMeter meter = new StallMeter(() -> TimeUnit.MILLISECONDS.toNanos(nowMillis));

    private void sampleAfter(long millis) {
        nowMillis += millis;
        meter.sample();
    }

    @Test
    void ordinaryLatenessIsNoStall() {
        sampleAfter(1);
        sampleAfter(5);
        sampleAfter(2);

        assertThat(meter.elapsed()).isEqualTo(Duration.ofMillis(8));
        assertThat(meter.worst()).isZero();
    }

    @Test
    void stallsAreLeftOut() {
        sampleAfter(1);
        sampleAfter(301);
        sampleAfter(1);
        sampleAfter(51);

        assertThat(meter.elapsed()).isEqualTo(Duration.ofMillis(4));
        assertThat(meter.worst()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void stallThatGoesOnIsLeftOut() {
        sampleAfter(1);
        nowMillis += 101;

        assertThat(meter.elapsed()).isEqualTo(Duration.ofMillis(2));
        assertThat(meter.worst()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void realTimePasses() {
        long begun = System.nanoTime();
        try (StallMeter real = StallMeter.start()) {
            while (real.elapsed().compareTo(Duration.ofMillis(20)) < 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    }
}
