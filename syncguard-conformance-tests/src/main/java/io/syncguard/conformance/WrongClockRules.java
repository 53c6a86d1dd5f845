package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Clients whose wall clock is wrong, beside clients whose clock is right. */
interface WrongClockRules extends BackendUnderTest {
    Duration HOUR = Duration.ofHours(1);

    /** What is an hour off is found by it, however slow the machine is and however much its clock differs from the server's. */
    Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    /** Renewed every 0.7 s, which a busy machine does in time. */
    Ttl RENEWED = new Ttl(2_000);

    /** How often a renewal is tried that a machine may have stalled. */
    int MOST_RENEWALS = 3;

    @Test
    @DisplayName(
            "TIME-4 clients an hour ahead and an hour behind are told the server's times, find the same locks live, and keep theirs")
    default void wrongClocks() {
        // Both start at once.
        try (ClientProcess first = process(HOUR);
                ClientProcess second = process(HOUR.negated())) {
            Map<String, ProcessBackend> clients =
                    Map.of("an hour ahead", new ProcessBackend(first), "an hour behind", new ProcessBackend(second));
            clients.forEach(WrongClockRules::requireWrongClock);
            clients.forEach(this::isToldTheServersTimes);
            keepTheirs(clients, () -> findTheSameLocks(clients));
        }
    }

    private static void requireWrongClock(String clock, ProcessBackend client) {
        Duration off = Duration.between(Instant.now(), client.wallClock());
        Assumptions.assumeTrue(
                off.abs().compareTo(HALF_AN_HOUR) > 0,
                "this machine gives no process a wrong clock: one that is to be " + clock + " is off by " + off);
    }

    private void isToldTheServersTimes(String clock, LockBackend client) {
        LockBackend right = backend();
        Held theirs = Held.take(client, key());
        Held ours = Held.take(right, key());

        assertThat(client.isLocked(ours.key()))
                .as("TIME-4 whether a client whose clock is %s finds a lock live", clock)
                .isTrue();
        assertClose("the expiry that a client acquires whose clock is " + clock, theirs.expiresAt(), ours.expiresAt());
        assertThat(Math.abs(theirs.fence().value() - ours.fence().value()))
                .as("TIME-4 by how much the fence differs that a client acquires whose clock is %s", clock)
                .isLessThan(FenceRules.unitsOf(HALF_AN_HOUR));
        for (LockRecord found : List.of(ours.foundByKey(client), ours.foundById(client), theirs.foundByKey(right))) {
            assertLeft("the time left of a lock, as it is told where a clock is " + clock, found.remaining(), 0);
        }
        assertThat(ours.foundByKey(client).expiresAt())
                .as("TIME-4 the expiry that is told to a client whose clock is %s", clock)
                .isEqualTo(ours.expiresAt());
        AcquireResult contention = client.acquire(ours.key(), client.newLockId(ours.key()), Held.LONG);
        assertThat(contention)
                .as("TIME-4 an acquire of a lock that another holds, by a client whose clock is %s", clock)
                .isInstanceOf(Contended.class);
        ((Contended) contention)
                .freeIn()
                .ifPresent(freeIn -> assertLeft(
                        "the time until a lock is free, as a client is told whose clock is " + clock,
                        freeIn,
                        Tolerance.MILLIS));
        ((Contended) contention).freeAt().ifPresent(freeAt -> assertThat(freeAt)
                .as("TIME-4 when a lock is free, as a client is told whose clock is %s", clock)
                .isEqualTo(ours.expiresAt().plusMillis(Tolerance.MILLIS)));
        ExtendResult extension = client.extend(theirs.id(), Held.LONG);
        assertThat(extension)
                .as("TIME-4 an extension of a live lock by a client whose clock is %s", clock)
                .isInstanceOf(Extended.class);
        assertClose(
                "the expiry that a client extends to whose clock is " + clock,
                ((Extended) extension).expiresAt(),
                ours.expiresAt());
        theirs.release(client);
        ours.release(right);
    }

    private static void assertClose(String what, Instant told, Instant right) {
        assertThat(Duration.between(right, told).abs())
                .as("TIME-4 by how much %s differs", what)
                .isLessThan(HALF_AN_HOUR);
    }

    private static void assertLeft(String what, Duration told, long toleranceMillis) {
        assertThat(told.toMillis())
                .as("TIME-4 ms of %s", what)
                .isBetween(toleranceMillis + 1, toleranceMillis + Held.LONG.millis());
    }

    /** A lock that one backend holds, and another looks for. The clock of one of them is wrong. */
    record Sighting(String clock, LockBackend looker, Held held) {
        void assertLive(Operation operation) {
            assertThat(finds(operation))
                    .as(
                            "TIME-4 whether %s finds a lock live 500 ms after its expiry, where a clock is %s",
                            operation, clock)
                    .isTrue();
        }

        void assertDead(Operation operation) {
            assertThat(finds(operation))
                    .as(
                            "TIME-4 whether %s finds a lock live 1400 ms after its expiry, where a clock is %s",
                            operation, clock)
                    .isFalse();
        }

        private boolean finds(Operation operation) {
            return operation.findsLive(looker, held.key(), held.id());
        }
    }

    private void findTheSameLocks(Map<String, ProcessBackend> clients) {
        Timely.check("TIME-4", TimeRules.sureToLive(TimeRules.SHORT), () -> {
            List<Sighting> locks = takeShortly(clients);
            Await.millisSince(System.nanoTime(), TimeRules.SHORT.millis() + Tolerance.MILLIS / 2);
            locks.forEach(each -> each.assertLive(Operation.ACQUIRE));
            locks.forEach(each -> each.assertLive(Operation.LOOKUP_BY_ID));
        });
        Map<Operation, List<Sighting>> locks = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            locks.put(operation, takeShortly(clients));
        }
        Await.millisSince(System.nanoTime(), TimeRules.SHORT.millis() + Tolerance.MILLIS + TimeRules.SLACK_MILLIS);
        locks.forEach((operation, each) -> each.forEach(sighting -> sighting.assertDead(operation)));
    }

    /** Takes two locks for each client: one that it holds, and one that it looks for. */
    private List<Sighting> takeShortly(Map<String, ProcessBackend> clients) {
        List<Sighting> locks = new ArrayList<>();
        clients.forEach((clock, client) -> {
            locks.add(new Sighting(clock, client, Held.take(backend(), key(), TimeRules.SHORT)));
            locks.add(new Sighting(clock, backend(), Held.take(client, key(), TimeRules.SHORT)));
        });
        return locks;
    }

    /**
     * Has clients renew a lock each while something is done, and again if one was lost: a machine may have stalled. Each time the lock lives
     * for twice as long, so that a machine that is busy for long keeps one too.
     */
    private void keepTheirs(Map<String, ProcessBackend> clients, Runnable meanwhile) {
        boolean kept = false;
        Ttl ttl = RENEWED;
        for (int attempt = 1; !kept; attempt++, ttl = new Ttl(2 * ttl.millis())) {
            assertThat(attempt)
                    .as("TIME-4 attempts of clients whose clock is wrong to keep a lock that they renew")
                    .isLessThanOrEqualTo(MOST_RENEWALS);
            List<LockKey> renewed = new ArrayList<>();
            for (ProcessBackend client : clients.values()) {
                LockKey key = key();
                client.keep(key, ttl);
                renewed.add(key);
            }
            long start = System.nanoTime();
            if (attempt == 1) {
                meanwhile.run();
            }
            Await.millisSince(start, ttl.millis() + Tolerance.MILLIS + TimeRules.SLACK_MILLIS);
            kept = renewed.stream().allMatch(backend()::isLocked);
        }
    }
}
