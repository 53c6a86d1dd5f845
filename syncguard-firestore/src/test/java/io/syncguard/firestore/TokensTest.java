package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which token an acquire has: the greater of Firestore's clock, and the counter plus one. */
@Timeout(180)
class TokensTest {
    /** A count that the clock reaches in 2254. */
    private static final long AHEAD_OF_CLOCK = 899_000_000_000_000L;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private FenceToken acquireAndRelease() {
        FenceToken fence = fixture.acquire().fence();
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        return fence;
    }

    private void setCounter(long value) {
        Emulated.setFence(fixture.raw, fixture.options.collection(), fixture.key, value);
    }

    private Map<String, Object> counter() {
        return Objects.requireNonNull(Fixture.done(fixture.lockDocument().get()).getData());
    }

    @Test
    @DisplayName("FEN-1, FST-9 a token is the read time of its acquire in units of 10 µs, and so is the next one")
    void readTime() {
        for (int i = 0; i < 20; i++) {
            FenceToken fence = fixture.acquire().fence();

            Instant read = Instant.parse(
                    Objects.requireNonNull(fixture.wire.readTime()).toString());
            long micros = read.getEpochSecond() * 1_000_000 + read.getNano() / 1_000;
            assertThat(fence.value()).isEqualTo(micros / 10);
            assertThat(counter()).containsEntry("fence", fence.toString()).containsEntry("key", "job");
            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        }
    }

    @Test
    @DisplayName("FEN-1 the emulator's clock is that of the machine, so tokens are near this JVM's clock")
    void unit() {
        long tensOfMicros = acquireAndRelease().value();

        assertThat(Duration.between(Instant.ofEpochMilli(tensOfMicros / 100), Instant.now())
                        .abs())
                .isLessThan(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("FEN-1 a counter that is ahead of the clock counts on by one")
    void aheadOfClock() {
        setCounter(AHEAD_OF_CLOCK);

        for (int i = 1; i <= 3; i++) {
            assertThat(acquireAndRelease().value()).isEqualTo(AHEAD_OF_CLOCK + i);
            assertThat(counter()).containsEntry("fence", "89900000000000" + i);
        }
    }

    @Test
    @DisplayName("FEN-1 a counter that counted from 1 goes on with the clock")
    void countedFromOne() {
        setCounter(3);

        FenceToken first = acquireAndRelease();

        assertThat(first.value()).isGreaterThan(100_000_000_000_000L);
        assertThat(acquireAndRelease()).isGreaterThan(first);
    }

    @Test
    @DisplayName(
            "FST-3, FST-4 an acquire that others overtook between its read and its commit reads again: its token is greater")
    void overtaken() {
        acquireAndRelease();
        fixture.wire.holdCommit();
        CompletableFuture<AcquireResult> delayed =
                fixture.backend.async().acquire(fixture.key, LockId.random(), Fixture.TTL);
        Fixture.until(fixture.wire::isHolding);
        FenceToken between = acquireAndRelease();

        fixture.wire.deliver();

        assertThat(delayed.join()).isInstanceOfSatisfying(Acquired.class, late -> assertThat(late.fence())
                .isGreaterThan(between));
    }
}
