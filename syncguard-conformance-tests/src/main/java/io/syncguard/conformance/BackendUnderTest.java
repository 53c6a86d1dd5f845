package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.util.Set;

/** What the rules of each section are tested with. */
interface BackendUnderTest {
    /** Returns the view of the backends that this test looks through. */
    View view();

    /** Returns the backend of this test; the same at each call. */
    LockBackend backend();

    /** Returns a further backend on the same place, like another process on the same server. */
    LockBackend another();

    /** Returns a key that no other test uses. */
    LockKey key();

    /** Returns a network that this test can disturb, or skips the test. */
    FaultyNetwork network();

    /** Returns a further backend, which reaches the same server through a network, with an operation timeout. */
    LockBackend behind(FaultyNetwork network, Duration operationTimeout);

    /** Returns a server that this test can kill, or skips the test. */
    RestartableServer server();

    /** Returns a backend on a server that this test can kill, with an operation timeout. */
    LockBackend on(RestartableServer server, Duration operationTimeout);

    /**
     * Returns a client in another process, on the place of {@link #backend()}, or skips the test. The test closes it. It may not have
     * begun yet.
     *
     * @param clockAhead how much its wall clock is ahead of the right time, negative if behind
     */
    ClientProcess process(Duration clockAhead);

    /** Skips the test for a server whose clock can only be read before a change. */
    void requireClockOfTheChange();

    /** Skips the test for a backend that tries again while the server refuses connections. */
    void requireEndWhenRefused();

    /** Returns the names of the loggers that the backends of this test log to, as far as their packages tell. */
    Set<String> loggers();

    /** Sets a key's counter, 0 for none, or skips the test. */
    void usedUpTo(LockKey key, long fence);

    /** Takes a free key as {@link #takeAhead(LockKey, Ttl)}, for long. */
    default Held takeAhead(LockKey key) {
        return takeAhead(key, Held.LONG);
    }

    /**
     * Takes a free key whose counter is an hour ahead of the server's clock, or skips the test. Each acquire after this one has the
     * fence before plus one, so that a test sees whatever else counts, and whatever loses the counter.
     */
    default Held takeAhead(LockKey key, Ttl ttl) {
        LockBackend backend = backend();
        Held first = Held.take(backend, key);
        first.release(backend);
        long ahead = first.fence().value() + FenceRules.unitsOf(Duration.ofHours(1));
        usedUpTo(key, ahead);
        Held held = Held.take(backend, key, ttl);
        assertThat(held.fence().value())
                .as("FEN-1 the fence where the counter is an hour ahead of the clock, which is the counter plus one")
                .isEqualTo(ahead + 1);
        return held;
    }
}
