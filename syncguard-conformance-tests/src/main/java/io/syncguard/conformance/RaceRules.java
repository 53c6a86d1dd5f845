package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.conformance.Rounds.Round;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.Tolerance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** That each operation is one atomic step, also where its request is sent twice, or late, while others contend for the key. */
interface RaceRules extends BackendUnderTest {
    /** As many as meet when a popular lock becomes free. */
    int CROWD = 5;

    @Test
    @DisplayName("REL-1 releases of one lock that are sent several times at once never release the next holder's lock")
    default void repeatedReleasesSpareTheNextHolder() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Rounds.run(() -> {
            Held held = Held.take(backend, key);
            Successors next = new Successors(backend, another, key);
            List<Callable<Object>> contenders = new ArrayList<>(List.of(
                    () -> RepeatedCall.of(() -> backend.release(held.id())),
                    () -> RepeatedCall.of(() -> another.release(held.id())),
                    () -> RepeatedCall.of(() -> backend.release(held.id()))));
            contenders.addAll(next.contenders());
            return new Round(contenders, results -> {
                assertOneReleased(results.subList(0, 3));
                next.assertHolder("REL-1", "after repeated releases of the lock before");
            });
        });
    }

    @Test
    @DisplayName("ACQ-4 abandoning a lock several times at once never takes the next holder's lock away")
    default void abandoningSparesTheNextHolder() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Rounds.run(() -> {
            Held held = Held.take(backend, key);
            Successors next = new Successors(backend, another, key);
            List<Callable<Object>> contenders = new ArrayList<>();
            // Each may free the key after one that reaches for it, if they go in this order.
            for (Callable<Object> successor : next.contenders()) {
                contenders.add(() -> abandoned(backend, held));
                contenders.add(() -> abandoned(another, held));
                contenders.add(successor);
            }
            contenders.add(() -> abandoned(backend, held));
            return new Round(
                    contenders,
                    results -> next.assertHolder("ACQ-4", "after the lock before was abandoned repeatedly"));
        });
    }

    private static Object abandoned(LockBackend backend, Held held) {
        return RepeatedCall.of(() -> {
            backend.abandon(held.key(), held.id(), Held.LONG);
            return held;
        });
    }

    private static void assertOneReleased(List<Object> releases) {
        long released = releases.stream()
                .filter(each -> ((RepeatedCall<?>) each).answer() == ReleaseResult.RELEASED)
                .count();
        // Where one had no answer it may have been that one.
        boolean unseen = releases.stream().anyMatch(each -> ((RepeatedCall<?>) each).repeated());
        assertThat(released)
                .as("REL-1 releases of one lock that succeeded, of %s", releases)
                .isBetween(unseen ? 0L : 1L, 1L);
    }

    @Test
    @DisplayName("EXT-1 extensions that race a release neither revive the lock nor change the next holder's")
    default void extensionsSpareTheNextHolder() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Rounds.run(() -> {
            Held held = Held.take(backend, key);
            Successors next = new Successors(backend, another, key);
            List<Callable<Object>> contenders = new ArrayList<>(List.of(
                    () -> RepeatedCall.of(() -> backend.release(held.id())),
                    () -> extendedUntilAbsent(backend, held),
                    () -> extendedUntilAbsent(another, held),
                    () -> extendedUntilAbsent(backend, held),
                    () -> extendedUntilAbsent(another, held)));
            contenders.addAll(next.contenders());
            return new Round(contenders, results -> {
                assertOneReleased(results.subList(0, 1));
                assertThat(backend.lookup(held.id()))
                        .as("EXT-1 what the id finds after a release that raced extensions")
                        .isEmpty();
                next.assertHolder("EXT-1", "after extensions of the lock before");
            });
        });
    }

    private static Object extendedUntilAbsent(LockBackend backend, Held held) {
        Ttl longer = new Ttl(2 * Held.LONG.millis());
        Await.untilAtOnce(
                "EXT-1 a lock that was released is not extended any more",
                () -> !(RepeatedCall.answerOf(() -> backend.extend(held.id(), longer)) instanceof Extended));
        return held;
    }

    @Test
    @DisplayName("ACQ-1 of many that reach for a free key exactly one gets it, also where the key was used before")
    default void oneWinnerOfAUsedKey() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Held.take(backend, key).release(backend);
        Rounds.run(() -> new Round(crowd(backend, another, key), results -> releaseWinner(backend, results)));
    }

    private static List<Callable<Object>> crowd(LockBackend backend, LockBackend another, LockKey key) {
        List<Callable<Object>> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            LockBackend via = i % 2 == 0 ? backend : another;
            LockId id = via.newLockId(key);
            crowd.add(() -> Held.attempt(via, key, id));
        }
        return crowd;
    }

    private static void releaseWinner(LockBackend backend, List<Object> results) {
        List<Held> winners = winners(results);
        assertThat(winners)
                .as("ACQ-1 winners of a race for a key that was used before")
                .hasSize(1);
        winners.get(0).assertHeld("ACQ-1", "after a race", backend);
    }

    private static List<Held> winners(List<Object> results) {
        List<Held> winners = new ArrayList<>();
        for (Object each : results) {
            if (each instanceof Optional<?> attempt && attempt.isPresent()) {
                winners.add((Held) attempt.get());
            }
        }
        return winners;
    }

    @Test
    @DisplayName(
            "ACQ-1, EXT-1 of many that reach for a lock that has expired exactly one gets it, and its holder never again")
    default void oneWinnerOfADeadLock() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        Queue<Held> dead = new ArrayDeque<>();
        long start = System.nanoTime();
        while (dead.size() < 10 || (dead.size() < 200 && Await.elapsedMillis(start) < 200)) {
            dead.add(Held.take(backend, key(), TimeRules.SHORT));
        }
        Await.millisSince(System.nanoTime(), TimeRules.SHORT.millis() + Tolerance.MILLIS + TimeRules.EXACT_MILLIS);
        Rounds.run(() -> {
            Held late = dead.size() > 1 ? dead.remove() : dead.element();
            List<Callable<Object>> contenders = new ArrayList<>();
            contenders.add(() -> RepeatedCall.answerOf(() -> backend.extend(late.id(), Held.LONG)));
            contenders.add(() -> RepeatedCall.answerOf(() -> another.release(late.id())));
            contenders.addAll(crowd(backend, another, late.key()));
            return new Round(contenders, results -> {
                assertThat(results.get(0))
                        .as("EXT-1 extending a lock that has expired, while others reach for it")
                        .isEqualTo(new ExtendResult.Absent());
                assertThat(results.get(1))
                        .as("REL-1 releasing a lock that has expired, while others reach for it")
                        .isEqualTo(ReleaseResult.ABSENT);
                List<Held> winners = winners(results);
                assertThat(winners)
                        .as("ACQ-1 winners of a race for a lock that has expired")
                        .hasSize(1);
                assertThat(winners.get(0).fence())
                        .as("FEN-1 the fence of the winner of a race for a lock that has expired")
                        .isGreaterThan(late.fence());
                winners.get(0).assertHeld("ACQ-1", "after a race for a lock that has expired", backend);
            });
        });
    }

    @Test
    @DisplayName("ACQ-3 acquires that are sent several times at once, while others contend, all get the same answer")
    default void repeatedAcquiresAgree() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Held.take(backend, key).release(backend);
        Rounds.run(() -> {
            LockId one = backend.newLockId(key);
            LockId other = backend.newLockId(key);
            return new Round(
                    List.of(
                            () -> RepeatedCall.answerOf(() -> backend.acquire(key, one, Held.LONG)),
                            () -> RepeatedCall.answerOf(() -> another.acquire(key, one, Held.LONG)),
                            () -> RepeatedCall.answerOf(() -> backend.acquire(key, other, Held.LONG)),
                            () -> RepeatedCall.answerOf(() -> another.acquire(key, other, Held.LONG))),
                    results -> {
                        assertThat(winnerOf(results.subList(0, 2)) ^ winnerOf(results.subList(2, 4)))
                                .as(
                                        "ACQ-1 that one of two ids has the lock, where both acquire it twice at once: %s",
                                        results)
                                .isTrue();
                        var unused = RepeatedCall.answerOf(() -> backend.release(one));
                        unused = RepeatedCall.answerOf(() -> backend.release(other));
                        assertThat(backend.isLocked(key))
                                .as("ACQ-3 the key after the release of an id that acquired it twice at once")
                                .isFalse();
                    });
        });
    }

    /** Returns whether an id has acquired the lock; then both of its answers say so, and say the same. */
    private static boolean winnerOf(List<Object> twice) {
        if (twice.stream().noneMatch(Acquired.class::isInstance)) {
            return false;
        }
        assertThat(twice)
                .as("ACQ-3 the answers to an acquire that was sent twice at once, and acquired the lock")
                .hasOnlyElementsOfType(Acquired.class)
                .containsOnly(twice.get(0));
        return true;
    }

    @Test
    @DisplayName("LKP-1 a lookup by id never finds the lock of another id, also while the key changes hands")
    default void lookupFindsNoOther() throws InterruptedException {
        LockBackend backend = backend();
        LockBackend another = another();
        LockKey key = key();
        Rounds.run(() -> {
            Held held = Held.take(backend, key);
            Successors next = new Successors(backend, another, key);
            List<Callable<Object>> contenders = new ArrayList<>(List.of(
                    () -> RepeatedCall.of(() -> backend.release(held.id())),
                    () -> foundUntilGone(backend, held),
                    () -> foundUntilGone(another, held)));
            contenders.addAll(next.contenders());
            return new Round(contenders, results -> next.assertHolder("LKP-1", "after lookups of the lock before"));
        });
    }

    private static Object foundUntilGone(LockBackend backend, Held held) {
        Await.untilAtOnce("LKP-1 a lock that was released is not found any more", () -> {
            Optional<LockRecord> found = RepeatedCall.answerOf(() -> backend.lookup(held.id()));
            found.ifPresent(record -> {
                assertThat(record.id()).as("LKP-1 the id of a lock found by id").isEqualTo(held.id());
                assertThat(record.fence())
                        .as("LKP-1 the fence of a lock found by id")
                        .isEqualTo(held.fence());
            });
            return found.isEmpty();
        });
        return held;
    }
}
