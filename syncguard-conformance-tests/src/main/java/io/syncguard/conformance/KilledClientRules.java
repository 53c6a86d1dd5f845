package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.AsyncHeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.Ttl;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of locks and waiters when their process is killed. */
interface KilledClientRules extends BackendUnderTest {
    /** Long enough to see the lock after the death of its holder, which the tolerance makes longer. */
    Ttl OUTLIVING = new Ttl(500);

    /** A guard's waiter tries by itself after pauses of a second at most (WAI-1), and a busy machine takes its time. */
    Duration SOME_PAUSES = Duration.ofSeconds(10);

    /** How many calls may go to a process that nobody knows to be dead yet. */
    int MOST_SWALLOWED = 3;

    /** How long a call may take that first went to a process that is dead. */
    Duration PASSED_ON = Duration.ofSeconds(2);

    @Test
    @DisplayName(
            "TIME-3, ACQ-1, FEN-1 the lock of a process that was killed is held until 1000 ms after its expiry, and free then")
    default void killedHolder() {
        LockBackend backend = backend();
        try (ClientProcess killed = process(Duration.ZERO)) {
            LockBackend theirs = new ProcessBackend(killed);
            long before = System.nanoTime();
            Held held = Held.take(theirs, key(), OUTLIVING);
            long after = System.nanoTime();

            killed.kill();

            LastLook last = LastLook.thatFinds(backend, held.key());
            long freeMillis = OUTLIVING.millis() + Tolerance.MILLIS;
            assertThat(Await.elapsedMillis(before))
                    .as("TIME-3 ms from before the acquire of a process that was killed to freedom")
                    .isGreaterThanOrEqualTo(freeMillis - TimeRules.CLOCK_MILLIS);
            assertThat(last.millisSince(after))
                    .as("TIME-3 ms from the acquire of a process that was killed to the last look that found its lock")
                    .isLessThan(freeMillis + TimeRules.SLACK_MILLIS);
            assertThat(Held.take(backend, held.key()).fence())
                    .as("FEN-1 the fence after that of a process that was killed")
                    .isGreaterThan(held.fence());
        }
    }

    @Test
    @DisplayName(
            "WAI-7, WAI-1 a waiter whose process was killed holds nobody up for long, and swallows no turns for ever")
    default void killedWaiter() {
        LockBackend backend = backend();
        Waiting.wakeUps(backend);
        Held held = Held.take(backend, key());
        Held guarded = Held.take(backend, key());
        try (ClientProcess killed = process(Duration.ZERO)) {
            ProcessBackend theirs = new ProcessBackend(killed);
            LockBackend another = Waiting.opened(another());
            theirs.stand(held.key());
            theirs.stand(guarded.key());
            try (Waiting next = Waiting.stand(another, held.key());
                    SyncGuard guard = SyncGuard.using(another())) {
                CompletableFuture<AsyncHeldLock> waiter = guard.async()
                        .acquire(guarded.key().value(), LockOptions.defaults().withTimeout(Duration.ofMinutes(1)));

                killed.kill();

                guarded.release(backend);
                Await.within(
                        SOME_PAUSES.compareTo(Await.longest()) < 0 ? SOME_PAUSES : Await.longest(),
                        "WAI-1 a waiter acquires a lock that was released, though a process that was killed waits before it",
                        waiter::isDone);
                assertThat(waiter.join().release().join())
                        .as("REL-1 the release of the waiter's lock")
                        .isTrue();
                awaitCall(backend, held, next);
            }
        }
    }

    private static void awaitCall(LockBackend backend, Held first, Waiting next) {
        Held held = first;
        boolean called = false;
        for (int swallowed = 0; !called; swallowed++) {
            assertThat(swallowed)
                    .as("WAI-7 calls in vain that a waiter had to wait for, behind a process that was killed")
                    .isLessThan(MOST_SWALLOWED);
            held.release(backend);
            called = next.isCalledWithin(PASSED_ON);
            if (!called) {
                held = Held.take(backend, held.key());
                next.tryInVain();
            }
        }
        next.takeWhenCalled("WAI-7 a waiter behind a process that was killed acquires the lock")
                .release(backend);
    }
}
