package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testsupport.Pause;
import io.syncguard.testsupport.StallMeter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The news of a release, which is sent with the release itself. Here it is faster. */
@Timeout(180)
class ReleaseNewsTest {
    /** One when it hears of the release, and as many looks as it is worth while the release may be on its way. */
    private static final int WAKE_UPS = 5;

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();
    private final Contender waiting = new Contender(fixture.options);
    private final AtomicInteger wakeUps = new AtomicInteger();
    private WakeUps.Place place;

    /** The holder knows that a process waits. */
    @BeforeEach
    void enter() {
        fixture.acquire();
        place = waiting.backend.wakeUps().orElseThrow().enter(fixture.key, wakeUps::incrementAndGet);
        assertThat(attempt()).isInstanceOf(Contended.class);
        Fixture.until(() -> stored().names().size() == 1);
        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(ExtendResult.Extended.class);
        Fixture.until(() -> fixture.wire.inFlight() == 0 && waiting.wire.inFlight() == 0);
        awaitQuiet();
        wakeUps.set(0);
    }

    /** A waiter that hears of the queue before the holder knows of it is woken once more, some 20 ms later. */
    private void awaitQuiet() {
        int before;
        do {
            before = wakeUps.get();
            Pause.millis(200);
        } while (wakeUps.get() != before);
    }

    @AfterEach
    void close() {
        place.close();
        waiting.close();
        fixture.close();
    }

    private WaitQueue stored() {
        return WaitQueue.of(Fixture.done(fixture.queueDocument().get()));
    }

    private AcquireResult attempt() {
        return place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO);
    }

    private CompletableFuture<ReleaseResult> releaseThatDoesNotLandYet() {
        fixture.wire.holdCommit();
        CompletableFuture<ReleaseResult> release = fixture.backend.async().release(fixture.id);
        Fixture.until(() -> stored().released() != 0);
        return release;
    }

    @Test
    @DisplayName("WAI-5 a waiter that hears of a release before it has landed looks again soon")
    void newsIsFaster() {
        CompletableFuture<ReleaseResult> release = releaseThatDoesNotLandYet();
        Fixture.until(() -> wakeUps.get() == 1);
        assertThat(attempt()).isInstanceOf(Contended.class);
        try (StallMeter stalls = StallMeter.start()) {
            Fixture.until(() -> wakeUps.get() == 2);
            // When the name is renewed, the queue is heard of again.
            assertThat(stalls.elapsed()).isLessThan(Duration.ofSeconds(5));
        }

        fixture.wire.deliver();

        assertThat(release.join()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(attempt()).isInstanceOf(Acquired.class);
    }

    @Test
    @DisplayName("WAI-5 a waiter looks a few times for a release that was told of and does not land, and no more")
    void releaseDoesNotLand() {
        CompletableFuture<ReleaseResult> release = releaseThatDoesNotLandYet();
        for (int wakeUp = 1; wakeUp <= WAKE_UPS; wakeUp++) {
            int heard = wakeUp;
            Fixture.until(() -> wakeUps.get() == heard);
            assertThat(attempt()).isInstanceOf(Contended.class);
        }

        // Longer than any of its pauses.
        Pause.millis(400);
        assertThat(wakeUps).hasValue(WAKE_UPS);
        assertThat(attempt()).isInstanceOf(Contended.class);
        Pause.millis(400);
        assertThat(wakeUps).hasValue(WAKE_UPS);
        fixture.wire.deliver();
        assertThat(release.join()).isEqualTo(ReleaseResult.RELEASED);
    }
}
