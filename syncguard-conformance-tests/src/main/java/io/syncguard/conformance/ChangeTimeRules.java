package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** From which moment an expiry counts. */
interface ChangeTimeRules extends BackendUnderTest {
    /** So often a call is stalled before its first request, so often after it, and in the other rounds at some moment. */
    int ROUNDS_OF_EACH = 4;

    /** Some of them stall an operation of many requests between the two that matter. */
    int ROUNDS = 30;

    /** Longer than clocks are exact to. */
    long STALL_MILLIS = 15;

    /** By then the first request of a call has been sent. */
    Duration SENT = Duration.ofMillis(200);

    @Test
    @DisplayName(
            "TIME-4 an expiry counts from the moment of the change by the server's clock, not from when it was asked for")
    default void expiryCountsFromTheChange() throws InterruptedException {
        requireClockOfTheChange();
        FaultyNetwork network = network();
        LockBackend behind = behind(network, NetworkRules.PATIENT);
        LockBackend direct = backend();
        Await.answers("OPT-2 calls are answered", behind, key());
        long start = System.nanoTime();
        Await.answers("OPT-2 calls are answered", behind, key());
        long roundTripNanos = System.nanoTime() - start;
        for (int round = 0; round < ROUNDS; round++) {
            boolean acquires = round % 2 == 0;
            Held before = Held.take(direct, key(), NetworkRules.OTHER_TTL);
            LockKey key = acquires ? key() : before.key();
            LockId id = acquires ? behind.newLockId(key) : before.id();
            AtomicReference<@Nullable Instant> expiry = new AtomicReference<>();
            StartedCall call = stalled(
                    network,
                    round,
                    roundTripNanos,
                    () -> expiry.set(
                            acquires
                                    ? Held.take(behind, key, id, Held.LONG).expiresAt()
                                    : ((Extended) behind.extend(id, Held.LONG)).expiresAt()));
            if (round < 2 * ROUNDS_OF_EACH) {
                StartedCall.awaitSent(List.of(call), SENT);
            } else {
                Await.millisSince(System.nanoTime(), STALL_MILLIS);
            }
            Held earlier = Held.take(direct, key());
            boolean changed = acquires
                    ? direct.isLocked(key)
                    : !direct.lookup(id).map(LockRecord::expiresAt).equals(Optional.of(before.expiresAt()));
            network.resume();
            call.awaitEnd("TIME-4 a call that was stalled for a moment", NetworkRules.PATIENT);
            if (!changed) {
                assertThat(expiry.get())
                        .as("TIME-4 an expiry that was set after that of another lock, by the same ttl")
                        .isNotNull()
                        .isAfterOrEqualTo(earlier.expiresAt());
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // The other thread may need the processor to begin.
    private static StartedCall stalled(FaultyNetwork network, int round, long roundTripNanos, Runnable change) {
        if (round < ROUNDS_OF_EACH) {
            network.stall();
            return StartedCall.of(change);
        }
        if (round < 2 * ROUNDS_OF_EACH) {
            network.stallAnswers();
            return StartedCall.of(change);
        }
        AtomicBoolean begun = new AtomicBoolean();
        StartedCall call = StartedCall.of(() -> {
            begun.set(true);
            change.run();
        });
        while (!begun.get()) {
            Thread.yield();
        }
        spinFor(ThreadLocalRandom.current().nextLong(2 * roundTripNanos));
        network.stall();
        return call;
    }

    /** Waits for less time than a sleeping thread takes to wake. */
    private static void spinFor(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }
}
