package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldValue;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue of those that wait, in the document of the lock. */
@Timeout(180)
class QueueTest {
    private static final Duration SLOT = FirestoreLockOptions.defaults().handOverSlot();
    private static final List<String> STRANGERS = List.of("one", "two");

    @BeforeAll
    static void emulator() {
        Emulated.require();
    }

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Puts processes in the queue that joined it just now. */
    private void queue(List<String> processes) {
        queue(processes, FieldValue.serverTimestamp());
    }

    private void queue(List<String> processes, Object since) {
        Map<String, Object> times = new HashMap<>();
        processes.forEach(process -> times.put(process, since));
        Fixture.done(fixture.lockDocument().update(WaitQueue.NAMES, processes, WaitQueue.SINCE, times));
    }

    private List<String> queued() {
        return WaitQueue.of(document()).names().stream()
                .map(WaitQueue.Name::process)
                .toList();
    }

    private DocumentSnapshot document() {
        return Fixture.done(fixture.lockDocument().get());
    }

    private AcquireResult attempt(WakeUps.Place place) {
        return place.acquire(LockId.random(), Fixture.TTL, Duration.ZERO);
    }

    private WakeUps.Place enter() {
        return fixture.backend.wakeUps().orElseThrow().enter(fixture.key, () -> {});
    }

    private static Duration delayOf(WaitQueue queue, String process) {
        return queue.delayOf(process, SLOT);
    }

    @Test
    @DisplayName(
            "WAI-5 the first has its turn at once, the second a slot later, and each further one sooner after the one before")
    void slots() {
        WaitQueue queue = new WaitQueue(IntStream.range(0, 110)
                .mapToObj(number -> new WaitQueue.Name("p" + number, 1_000))
                .toList());

        assertThat(delayOf(queue, "p0")).isZero();
        assertThat(delayOf(queue, "p1")).isEqualTo(SLOT);
        assertThat(delayOf(queue, "p2")).isEqualTo(SLOT.plus(SLOT.dividedBy(2)));
        assertThat(delayOf(queue, "p10")).isBetween(Duration.ofMillis(580), Duration.ofMillis(590));
        assertThat(delayOf(queue, "p109")).isLessThan(Duration.ofMillis(1_100));
        assertThat(delayOf(queue, "new")).isGreaterThan(delayOf(queue, "p109"));
        assertThat(queue.after("p107").names())
                .extracting(WaitQueue.Name::process)
                .containsExactly("p108", "p109");
        assertThat(queue.after("new")).isEqualTo(queue);
        assertThat(delayOf(WaitQueue.EMPTY, "new")).isZero();
    }

    @Test
    @DisplayName("WAI-5 names age: one that is too old delays nobody, and takes no place")
    void age() {
        long now = 1_000_000;
        long stale = now - WaitQueue.LIFETIME.toMillis() - 1;
        WaitQueue queue =
                new WaitQueue(List.of(new WaitQueue.Name("gone", stale), new WaitQueue.Name("here", now - 1)));

        assertThat(queue.fresh(now).names()).extracting(WaitQueue.Name::process).containsExactly("here");
        assertThat(delayOf(queue.fresh(now), "here")).isZero();
        assertThat(queue.stale(now)).containsExactly("gone");
        assertThat(new WaitQueue(Collections.nCopies(200, new WaitQueue.Name("gone", stale))).isFull(now))
                .isFalse();
        assertThat(new WaitQueue(Collections.nCopies(100, new WaitQueue.Name("here", now))).isFull(now))
                .isTrue();
    }

    @Test
    @DisplayName(
            "WAI-5 a release keeps the queue; the next acquire that does not wait takes the lock and leaves the queue as it is")
    void releaseTells() {
        Acquired first = fixture.acquire();
        queue(STRANGERS);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(queued()).isEqualTo(STRANGERS);
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
        assertThat(fixture.backend.lookup(fixture.key)).isEmpty();
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        LockId next = LockId.random();
        assertThat(fixture.backend.acquire(fixture.key, next, Fixture.TTL))
                .as("REL-1 one that does not wait")
                .isInstanceOfSatisfying(
                        Acquired.class, second -> assertThat(second.fence()).isGreaterThan(first.fence()));
        assertThat(queued()).as("those that still wait").isEqualTo(STRANGERS);
    }

    @Test
    @DisplayName("WAI-5 a release drops names that are too old")
    void releaseDropsStaleNames() {
        fixture.acquire();
        queue(STRANGERS, Timestamp.ofTimeSecondsAndNanos(1_000, 0));

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(queued()).isEmpty();
        assertThat(fixture.backend.wakeUps().orElseThrow().holdBack(fixture.key))
                .isZero();
    }

    @Test
    @DisplayName("WAI-5 joining removes names that are too old")
    void joinDropsStaleNames() {
        fixture.acquire();
        queue(STRANGERS, Timestamp.ofTimeSecondsAndNanos(1_000, 0));
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);

            Fixture.until(() -> queued().size() == 1);

            assertThat(queued()).doesNotContainAnyElementsOf(STRANGERS);
        }
    }

    @Test
    @DisplayName("WAI-5 a process whose last waiter gives up leaves the queue")
    void leaves() {
        fixture.acquire();
        WakeUps.Place place = enter();
        assertThat(attempt(place)).isInstanceOf(Contended.class);
        Fixture.until(() -> queued().size() == 1);

        place.close();

        Fixture.until(() -> queued().isEmpty());
    }

    @Test
    @DisplayName("WAI-5 closing a backend takes its names off the queues")
    void closingLeaves() {
        fixture.acquire();
        WakeUps.Place unused = enter();
        assertThat(attempt(unused)).isInstanceOf(Contended.class);
        Fixture.until(() -> queued().size() == 1);

        fixture.backend.close();

        assertThat(queued()).isEmpty();
    }

    @Test
    @DisplayName("WAI-5 a place that is closed while its process joins leaves no name behind")
    void leavesWhileJoining() {
        fixture.acquire();
        for (int i = 0; i < 10; i++) {
            WakeUps.Place place = enter();
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            place.close();
        }

        Fixture.until(() -> fixture.wire.inFlight() == 0 && queued().isEmpty());
    }

    @Test
    @DisplayName("WAI-3, WAI-5 who has released in favour of others holds back, and who waits leaves them a slot each")
    void slotsPass() {
        fixture.acquire();
        queue(STRANGERS);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        long released = System.nanoTime();
        WakeUps wakeUps = fixture.backend.wakeUps().orElseThrow();
        assertThat(wakeUps.holdBack(fixture.key)).isBetween(Duration.ofNanos(1), SLOT);

        try (WakeUps.Place place = enter()) {
            AcquireResult result = attempt(place);
            assertThat(result).isInstanceOfSatisfying(Contended.class, contended -> assertThat(
                            contended.freeIn().orElseThrow())
                    .isBetween(Duration.ofMillis(1), SLOT.multipliedBy(2)));
            while (result instanceof Contended) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                result = attempt(place);
            }
        }

        assertThat(Duration.ofNanos(System.nanoTime() - released))
                .isGreaterThan(SLOT.plus(SLOT.dividedBy(2)).minusMillis(50));
    }

    @Test
    @DisplayName("WAI-3, WAI-5 once the document is gone whoever it was left to has had it, and nobody holds back")
    void served() {
        fixture.acquire();
        queue(STRANGERS);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        Fixture.done(fixture.lockDocument().delete());
        WakeUps wakeUps = fixture.backend.wakeUps().orElseThrow();

        try (WakeUps.Place place = enter()) {
            AcquireResult result = attempt(place);

            assertThat(wakeUps.holdBack(fixture.key)).as("of 200 ms").isPositive();
            assertThat(result).isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("WAI-5 who comes while the lock is taken stands in its queue, once, and taking the lock takes it off")
    void standsInQueue() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> queued().size() == 1);
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            queue(List.of("gone", queued().get(0), "late"));

            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.until(() -> attempt(place) instanceof Acquired);

            // The place is still open, so the process may join again, behind the others.
            assertThat(queued()).startsWith("late").doesNotContain("gone");
        }
    }

    @Test
    @DisplayName("WAI-5 who is not in the queue any more and still waits joins it again")
    void joinsAgain() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> queued().size() == 1);
            Pause.millis(200);

            queue(List.of("other"));

            Fixture.until(() -> queued().size() == 2);
        }
    }

    @Test
    @DisplayName("WAI-7 of two that wait in one backend the second is called when the first leaves untried")
    void secondInOneBackend() {
        fixture.acquire();
        WakeUps wakeUps = fixture.backend.wakeUps().orElseThrow();
        AtomicInteger firstCalls = new AtomicInteger();
        AtomicInteger secondCalls = new AtomicInteger();
        WakeUps.Place first = wakeUps.enter(fixture.key, firstCalls::incrementAndGet);
        try (WakeUps.Place second = wakeUps.enter(fixture.key, secondCalls::incrementAndGet)) {
            assertThat(attempt(first)).isInstanceOf(Contended.class);
            assertThat(attempt(second)).isInstanceOf(Contended.class);
            Fixture.until(() -> queued().size() == 1);
            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.until(() -> firstCalls.get() > 0);
            assertThat(secondCalls).hasValue(0);

            first.close();

            Fixture.until(() -> secondCalls.get() > 0);
            assertThat(attempt(second)).isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("WAI-5 what is no queue is none, and in nobody's way")
    void oddQueue() {
        fixture.acquire();
        for (Object odd : new Object[] {"text", 7L, List.of(7L)}) {
            Fixture.done(fixture.lockDocument().update(WaitQueue.NAMES, odd, WaitQueue.SINCE, odd));
            assertThat(WaitQueue.of(document())).isEqualTo(WaitQueue.EMPTY);
            assertThat(fixture.backend.lookup(fixture.key)).isPresent();
        }

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
    }

    @Test
    @DisplayName("WAI-5, ACQ-4 abandoning tells those that wait")
    void abandoning() {
        fixture.acquire();
        queue(STRANGERS);

        fixture.backend.abandon(fixture.key, fixture.id, Fixture.TTL);

        assertThat(queued()).isEqualTo(STRANGERS);
        assertThat(Objects.requireNonNull(document().getLong(LockDocument.EXPIRES_AT)))
                .isZero();
    }
}
