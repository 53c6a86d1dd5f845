package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Calls, locks and waiters when connections are cut. */
interface CutRules extends BackendUnderTest {
    /** A call whose first request is answered late has not come to its second one. */
    long TAKING_EFFECT_MILLIS = 500;

    @Test
    @DisplayName(
            "ERR-1, ACQ-3, REL-1, EXT-1 a call whose connection is cut after it took effect, and before its answer, says neither that it changed nothing nor that others were faster")
    default void cutBeforeTheAnswer() throws InterruptedException {
        FaultyNetwork network = network();
        LockBackend behind = behind(network, NetworkRules.PATIENT);
        LockBackend direct = backend();
        awaitAnswers(behind);
        LockKey key = key();
        LockId id = behind.newLockId(key);
        Held released = Held.take(direct, key());
        Held extended = Held.take(direct, key(), NetworkRules.OTHER_TTL);
        network.stallAnswers();

        AtomicReference<@Nullable Object> acquireAnswer = new AtomicReference<>();
        AtomicReference<@Nullable Object> releaseAnswer = new AtomicReference<>();
        AtomicReference<@Nullable Object> extendAnswer = new AtomicReference<>();
        StartedCall acquire = StartedCall.of(() -> acquireAnswer.set(behind.acquire(key, id, Held.LONG)));
        StartedCall release = StartedCall.of(() -> releaseAnswer.set(behind.release(released.id())));
        StartedCall extend = StartedCall.of(() -> extendAnswer.set(behind.extend(extended.id(), Held.LONG)));
        awaitEffects(direct, id, released.id(), extended);
        network.cutConnections();
        network.resume();

        assertChangedNothing("acquire", acquire, () -> direct.lookup(id).isEmpty());
        assertChangedNothing(
                "release", release, () -> direct.lookup(released.id()).isPresent());
        assertChangedNothing("extension", extend, () -> !isExtended(direct, extended));
        // A backend that sends a request again has to know its own first one.
        assertThat(acquireAnswer.get())
                .as("ACQ-3 the answer to an acquire whose connection was cut, if there is one")
                .matches(answer -> answer == null || answer instanceof Acquired);
        assertThat(releaseAnswer.get())
                .as("REL-1 the answer to a release whose connection was cut, if there is one")
                .matches(answer -> answer == null || answer == ReleaseResult.RELEASED);
        assertThat(extendAnswer.get())
                .as("EXT-1 the answer to an extension whose connection was cut, if there is one")
                .matches(answer -> answer == null || answer instanceof Extended);
    }

    /** Waits for what those calls change, though some backends have to ask twice and come to that later. */
    private static void awaitEffects(LockBackend direct, LockId acquired, LockId released, Held extended) {
        long start = System.nanoTime();
        while (Await.elapsedMillis(start) < TAKING_EFFECT_MILLIS) {
            Await.pause();
            if (direct.lookup(acquired).isPresent()
                    && direct.lookup(released).isEmpty()
                    && isExtended(direct, extended)) {
                return;
            }
        }
    }

    private static boolean isExtended(LockBackend direct, Held extended) {
        Optional<LockRecord> found = direct.lookup(extended.id());
        return found.isPresent() && found.get().expiresAt().isAfter(extended.expiresAt());
    }

    private static void assertChangedNothing(String what, StartedCall call, BooleanSupplier unchanged)
            throws InterruptedException {
        call.awaitEnd("OPT-2 the " + what + " whose connection was cut", NetworkRules.PATIENT);
        boolean certain = call.thrown() instanceof LockException e && !e.isOutcomeUnknown();
        if (certain) {
            assertThat(unchanged.getAsBoolean())
                    .as(
                            "ERR-1 whether nothing was changed by the %s whose connection was cut, and which failed for certain",
                            what)
                    .isTrue();
        }
    }

    private void awaitAnswers(LockBackend behind) {
        Await.answers("OPT-2 calls are answered once the network works again", behind, key());
    }

    @Test
    @DisplayName("OPT-2, FEN-1 after all connections were cut calls work again, locks are still held, and fences rise")
    default void afterACut() {
        FaultyNetwork network = network();
        LockBackend behind = behind(network, NetworkRules.PATIENT);
        Held held = Held.take(behind, key());
        for (int cut = 0; cut < 3; cut++) {
            network.cutConnections();

            awaitAnswers(behind);

            assertThat(behind.lookup(held.id()).map(LockRecord::fence))
                    .as("OPT-2 the fence of a lock that was held when connections were cut")
                    .contains(held.fence());
        }
        held.release(behind);
        assertThat(Held.take(behind, held.key()).fence())
                .as("FEN-1 the fence after connections were cut")
                .isGreaterThan(held.fence());
    }

    @Test
    @DisplayName("WAI-1 after all connections were cut, releases call waiters again")
    default void calledAfterACut() {
        FaultyNetwork network = network();
        LockBackend behind = Waiting.opened(behind(network, NetworkRules.PATIENT));
        LockBackend direct = backend();
        LockKey key = key();
        try (Waiting waiting = Waiting.enter(behind, key)) {
            Held held = Held.take(direct, key);
            waiting.tryInVain();
            network.cutConnections();
            awaitAnswers(behind);
            Held[] now = {held};
            long start = System.nanoTime();
            // A call that was lost on the way is not made good: the waiter of a guard polls meanwhile.
            // One that is only late is waited for longer each time.
            Await.until("WAI-1 after connections were cut a release calls the waiter again", () -> {
                waiting.tryInVain();
                now[0].release(direct);
                boolean called = waiting.isCalledWithin(Duration.ofMillis(200 + Await.elapsedMillis(start) / 4));
                now[0] = Held.take(direct, key);
                return called;
            });
        }
    }
}
