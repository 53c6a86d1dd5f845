package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That fences follow the clock and the counter, however the lock before has ended, and for as long as nobody uses the key. */
interface ClockedFenceRules extends BackendUnderTest {
    /** Longer than the clock may differ by, in what it is read for and how it is rounded. */
    Duration AWHILE = Duration.ofMillis(1_500);

    @Test
    @DisplayName("FEN-1 the fence follows the server's clock, however the lock before it has ended")
    default void followsTheClockAfterEachEnd() {
        LockBackend backend = backend();
        Map<String, LockKey> keys = new LinkedHashMap<>();
        Held released = Held.take(backend, key());
        released.release(backend);
        keys.put("a release", released.key());
        Held abandoned = Held.take(backend, key());
        backend.abandon(abandoned.key(), abandoned.id(), Held.LONG);
        keys.put("an abandoned lock", abandoned.key());
        keys.put("an expiry", Held.take(backend, key(), new Ttl(1)).key());
        Held contended = Held.take(backend, key());
        assertThat(backend.acquire(contended.key(), backend.newLockId(contended.key()), Held.LONG))
                .as("ACQ-2 an acquire of a held lock")
                .isInstanceOf(Contended.class);
        contended.release(backend);
        keys.put("a contended attempt", contended.key());

        Await.millisSince(System.nanoTime(), AWHILE.toMillis());

        keys.forEach((end, key) ->
                FenceRules.assertFollowsTheClock("FEN-1 the fence after " + end, backend, Held.take(backend, key)));
    }

    @Test
    @DisplayName("FEN-4 a counter is kept for longer than the lock, whether it was released or has expired")
    default void counterOutlivesTheLock() {
        LockBackend backend = backend();
        Held released = takeAhead(key(), new Ttl(100));
        released.release(backend);
        Held expired = takeAhead(key(), new Ttl(100));

        Await.millisSince(System.nanoTime(), AWHILE.toMillis() + Tolerance.MILLIS);

        for (Held before : new Held[] {released, expired}) {
            assertThat(Held.take(backend, before.key()).fence().value())
                    .as("FEN-4 the fence some seconds after the lock before has ended")
                    .isEqualTo(before.fence().value() + 1);
        }
    }
}
