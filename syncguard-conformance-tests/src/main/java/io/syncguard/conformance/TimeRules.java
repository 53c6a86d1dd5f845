package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockKey;
import io.syncguard.LockRecord;
import io.syncguard.Ttl;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult.Extended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** When locks live and when they end. */
interface TimeRules extends BackendUnderTest {
    /** How exactly a clock of milliseconds can be observed. */
    long CLOCK_MILLIS = 10;

    /** How long after its end a look may begin that still finds a lock: it ends by another clock than ours. */
    long SLACK_MILLIS = 400;

    /** How much later than it should a lock may end, in one of some attempts: clocks differ in what they are read for and rounded to. */
    long EXACT_MILLIS = 100;

    /**
     * For how long an attempt may not know what happens at the server, so that it can prove that a lock has ended in time: while it
     * acquires the lock, and between the last look that found it and the answer of the first that did not. A lock that ends later than
     * {@link #EXACT_MILLIS} and this together is never overlooked.
     */
    long BLIND_MILLIS = 200;

    /** How long a busy machine may take for an attempt that proves something. */
    Duration MOMENT_PATIENCE = Duration.ofSeconds(30);

    Ttl SHORT = new Ttl(50);

    /** How long after its expiry a lock is certainly live: as long as a look may take before the tolerance is over. */
    long LATE_IN_TOLERANCE_MILLIS = Tolerance.MILLIS - 150;

    /** How often a lock must have been found live after its end, where a clock may have been set. */
    int MOST_TOO_LATE = 4;

    /** With those that came too late to prove anything. */
    int MOST_LOOKS = 10;

    @Test
    @DisplayName("TIME-2, TIME-3 every operation takes a lock for live until the tolerance is nearly over")
    default void liveWithinTolerance() throws InterruptedException {
        // Each on a thread of its own, so that all come in time on a server that is far away.
        List<Callable<Optional<Throwable>>> looks = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            looks.add(() -> look(operation));
        }
        List<Throwable> missed =
                Contenders.race(looks).stream().flatMap(Optional::stream).toList();

        SoftAssertions found = new SoftAssertions();
        for (Throwable each : missed) {
            if (each instanceof AssertionError failure) {
                found.collectAssertionError(failure);
            }
        }
        found.assertAll();
        missed.stream().map(TestAbortedException.class::cast).findFirst().ifPresent(late -> {
            throw late;
        });
    }

    /** Returns why an operation does not find a lock live, or could not be asked in time. */
    private Optional<Throwable> look(Operation operation) {
        try {
            Timely.check("TIME-3", sureToLive(SHORT), () -> findsLive(operation));
            return Optional.empty();
        } catch (AssertionError | TestAbortedException e) {
            return Optional.of(e);
        }
    }

    private void findsLive(Operation operation) {
        Held held = Held.take(backend(), key(), SHORT);
        Await.millisSince(System.nanoTime(), SHORT.millis() + LATE_IN_TOLERANCE_MILLIS);
        assertThat(operation.findsLive(backend(), held.key(), held.id()))
                .as("TIME-3 %s finds a lock live that expired %d ms ago", operation, LATE_IN_TOLERANCE_MILLIS)
                .isTrue();
    }

    /** Returns for how many milliseconds from before its acquire on a lock is live for certain. */
    static long sureToLive(Ttl ttl) {
        return ttl.millis() + Tolerance.MILLIS - CLOCK_MILLIS;
    }

    @Test
    @DisplayName("TIME-2, TIME-3 no operation takes a lock for live once the tolerance is over")
    default void deadAfterTolerance() {
        Set<Operation> open = EnumSet.allOf(Operation.class);
        Map<Operation, Integer> live = new EnumMap<>(Operation.class);
        // A clock that is set may cost an attempt. A longer tolerance of an operation costs all.
        for (int attempt = 0; attempt < MOST_LOOKS && !open.isEmpty(); attempt++) {
            Map<Operation, Held> locks = new EnumMap<>(Operation.class);
            open.forEach(each -> locks.put(each, Held.take(backend(), key(), SHORT)));
            long taken = System.nanoTime();
            Await.millisSince(taken, SHORT.millis() + Tolerance.MILLIS + EXACT_MILLIS);
            locks.forEach((operation, held) -> {
                boolean isLive = operation.findsLive(backend(), held.key(), held.id());
                // A look that a busy machine delays for longer proves nothing of a tolerance that is somewhat too long.
                boolean inTime = Await.elapsedMillis(taken) < SHORT.millis() + Tolerance.MILLIS + 2 * EXACT_MILLIS;
                if (isLive ? live.merge(operation, 1, Integer::sum) == MOST_TOO_LATE : inTime) {
                    open.remove(operation);
                }
            });
        }

        SoftAssertions found = new SoftAssertions();
        live.entrySet().stream()
                .filter(each -> each.getValue() == MOST_TOO_LATE)
                .forEach(each -> found.fail(
                        "TIME-3 %s finds a lock live that expired %d ms ago, each of %d times",
                        each.getKey(), Tolerance.MILLIS + EXACT_MILLIS, MOST_TOO_LATE));
        found.assertAll();
    }

    @Test
    @DisplayName("TIME-3 a dead holder's lock becomes free at its expiry plus 1000 ms, and not much later")
    default void momentOfFreedom() {
        LockBackend backend = backend();
        long freeMillis = SHORT.millis() + Tolerance.MILLIS;
        long start = System.nanoTime();
        int tooLate = 0;
        long tooLateMillis = 0;
        // A clock that is set, or a machine that stands still, may cost an attempt. A longer tolerance costs all.
        do {
            LockKey key = key();
            long before = System.nanoTime();
            Held.take(backend, key, SHORT);
            long after = System.nanoTime();

            LastLook last = LastLook.thatFinds(backend, key);

            assertThat(Await.elapsedMillis(before))
                    .as("TIME-3 ms from before the acquire to freedom")
                    .isGreaterThanOrEqualTo(freeMillis - CLOCK_MILLIS);
            long lateMillis = last.millisSince(after) - freeMillis;
            if (lateMillis >= EXACT_MILLIS) {
                tooLate++;
                tooLateMillis = lateMillis;
            } else if (TimeUnit.NANOSECONDS.toMillis(after - before) + last.gapMillis() <= BLIND_MILLIS) {
                return;
            }
        } while (tooLate < MOST_TOO_LATE && Await.elapsedMillis(start) < MOMENT_PATIENCE.toMillis());
        assertThat(tooLateMillis)
                .as("TIME-3 ms by which a look was too late that still found a lock, at its ttl plus 1000 ms")
                .isLessThan(EXACT_MILLIS);
        Assumptions.abort("TIME-3 could not be checked: in " + Await.inSeconds(MOMENT_PATIENCE)
                + " no acquire and the looks at the end of its lock together took less than " + BLIND_MILLIS + " ms");
    }

    @Test
    @DisplayName("TIME-3 extending a lock moves the moment at which it becomes free, for its key and for its id")
    default void extensionMovesFreedom() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key(), new Ttl(60_000));
        long before = System.nanoTime();
        assertThat(backend.extend(held.id(), SHORT))
                .as("EXT-1 extending a live lock")
                .isInstanceOf(Extended.class);
        long after = System.nanoTime();

        LastLook last = LastLook.thatFinds(backend, held.key());

        assertThat(Await.elapsedMillis(before))
                .as("TIME-3 ms from before the extension to freedom")
                .isGreaterThanOrEqualTo(SHORT.millis() + Tolerance.MILLIS / 2);
        assertThat(last.millisSince(after))
                .as("TIME-3 ms from after the extension to the last look that found it")
                .isLessThan(SHORT.millis() + Tolerance.MILLIS + SLACK_MILLIS);
        assertThat(backend.lookup(held.id())).as("TIME-3 the lock by its id").isEmpty();
    }

    @Test
    @DisplayName("TIME-4 all backends tell one expiry, which is the server's time of the acquire plus ttl")
    default void oneTimeAuthority() {
        LockBackend backend = backend();
        Held held = Held.take(backend, key(), new Ttl(30_000));

        LockRecord mine = held.foundByKey(backend);
        LockRecord others = held.foundByKey(another());

        assertThat(mine.expiresAt()).as("TIME-4 expiry told by lookup").isEqualTo(held.expiresAt());
        assertThat(others.expiresAt()).as("TIME-4 expiry told to others").isEqualTo(held.expiresAt());
        assertThat(Duration.between(mine.acquiredAt(), mine.expiresAt()))
                .as("TIME-4 from acquiredAt to expiresAt")
                .isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 1_999, 12_345_678_901L, 31_536_000_000L})
    @DisplayName("TIME-6 every ttl from 1 ms to 365 days is kept to the millisecond, by an acquire and by an extension")
    default void everyTtl(long millis) {
        LockBackend backend = backend();
        Ttl ttl = new Ttl(millis);
        Timely.check("TIME-6", sureToLive(ttl), () -> {
            long before = System.nanoTime();
            Held held = Held.take(backend, key(), ttl);
            try {
                LockRecord record = held.foundByKey(backend);
                assertThat(Duration.between(record.acquiredAt(), record.expiresAt())
                                .toMillis())
                        .as("TIME-6 ms from acquiredAt to expiresAt")
                        .isEqualTo(millis);
                assertLeft("TIME-6, LKP-3 the time left after an acquire", record.remaining(), before, millis);
                AcquireResult contended = backend.acquire(held.key(), backend.newLockId(held.key()), ttl);
                if (contended instanceof Contended other && other.freeIn().isPresent()) {
                    assertLeft(
                            "TIME-6, ACQ-2 the time until the lock becomes free",
                            other.freeIn().get(),
                            before,
                            millis + Tolerance.MILLIS);
                }
                long beforeExtension = System.nanoTime();
                assertThat(backend.extend(held.id(), ttl))
                        .as("EXT-1 extending a live lock")
                        .isInstanceOf(Extended.class);
                assertLeft(
                        "TIME-6, EXT-1 the time left after an extension",
                        held.foundByKey(backend).remaining(),
                        beforeExtension,
                        millis);
            } finally {
                // Not for a year.
                var unused = backend.release(held.id());
            }
        });
    }

    /** Asserts that a time has passed since a moment, of so many milliseconds at that moment or a little later. */
    private static void assertLeft(String what, Duration left, long sinceNanos, long ofMillis) {
        assertThat(left.toMillis())
                .as("%s, in ms", what)
                .isBetween(Math.max(0, ofMillis - Await.elapsedMillis(sinceNanos) - SLACK_MILLIS), ofMillis);
    }
}
