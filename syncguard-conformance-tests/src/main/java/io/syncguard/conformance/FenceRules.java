package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Fencing tokens, as every holder sees them. What only a counter ahead of the clock shows is in {@link CounterRules}. */
interface FenceRules extends BackendUnderTest {

    @Test
    @DisplayName("FEN-1 each of many acquires in quick succession has a greater fence")
    default void risesAcrossReleases() {
        LockKey key = key();
        Held last = Held.take(backend(), key);
        for (int i = 0; i < 50; i++) {
            last.release(backend());
            Held next = Held.take(backend(), key);
            assertThat(next.fence())
                    .as("FEN-1 the fence of an acquire after a release")
                    .isGreaterThan(last.fence());
            last = next;
        }
    }

    @Test
    @DisplayName("FEN-1 the first fence of a key is the server's clock in units of 10 µs")
    default void beginsWithTheClock() {
        LockBackend backend = backend();
        Held first = Held.take(backend, key());

        assertFollowsTheClock("FEN-1 the first fence of a key", backend, first);
    }

    /** A second is left for what the clocks of one server may differ by, in what they are read for and how they are rounded. */
    static void assertFollowsTheClock(String what, LockBackend backend, Held held) {
        Instant acquiredAt = held.foundByKey(backend).acquiredAt();
        long second = unitsOf(Duration.ofSeconds(1));
        long clock = unitsOf(Duration.between(Instant.EPOCH, acquiredAt));
        assertThat(held.fence().value())
                .as(what + ", which is the server's clock in units of 10 µs")
                .isBetween(clock - second, clock + second);
    }

    /** Returns how far tokens rise in a time, by the clock alone. */
    static long unitsOf(Duration time) {
        return time.toNanos() / 10_000;
    }

    @Test
    @DisplayName("FEN-1 an acquire after an expiry has a greater fence")
    default void risesAcrossExpiry() {
        LockBackend backend = backend();
        LockKey key = key();
        Held dead = Held.take(backend, key, new Ttl(1));
        Await.until("the lock has expired", () -> !backend.isLocked(key));

        assertThat(Held.take(backend, key).fence())
                .as("FEN-1 the fence after an expiry")
                .isGreaterThan(dead.fence());
    }

    @Test
    @DisplayName("FEN-1 fences rise across backends, open and closed")
    default void risesAcrossBackends() {
        LockKey key = key();
        LockBackend first = another();
        Held before = Held.take(first, key);
        before.release(first);
        first.close();

        Held after = Held.take(another(), key);

        assertThat(after.fence()).as("FEN-1 the fence a new backend hands out").isGreaterThan(before.fence());
    }

    @Test
    @DisplayName("FEN-1 a lock that was abandoned does not set the fence back")
    default void risesAcrossAbandoning() {
        LockBackend backend = backend();
        Held before = Held.take(backend, key());
        backend.abandon(before.key(), before.id(), Held.LONG);

        assertThat(Held.take(backend, before.key()).fence())
                .as("FEN-1 the fence after an abandoned lock")
                .isGreaterThan(before.fence());
    }

    @Test
    @DisplayName("FEN-2 fences order alike as numbers and as texts of 15 digits")
    default void ordersAgree() {
        LockKey key = key();
        Held first = Held.take(backend(), key);
        first.release(backend());
        Held second = Held.take(backend(), key);

        assertThat(first.fence().toString()).as("FEN-2 text form").matches("\\d{15}");
        assertThat(second.fence().toString())
                .as("FEN-2 text order")
                .isGreaterThan(first.fence().toString());
    }
}
