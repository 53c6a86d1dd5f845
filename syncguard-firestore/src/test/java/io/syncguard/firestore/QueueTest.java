package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldValue;
import com.google.cloud.firestore.SetOptions;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ExtendResult;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
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

/** The queue of the processes that wait, in a document of its own. */
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
        Fixture.done(fixture.queueDocument()
                .set(
                        Map.of(WaitQueue.NAMES, processes, WaitQueue.SINCE, times),
                        SetOptions.mergeFields(WaitQueue.NAMES, WaitQueue.SINCE)));
        if (Fixture.done(fixture.lockDocument().get()).exists()) {
            Fixture.done(fixture.lockDocument().update(LockDocument.WAITING, 1));
        }
    }

    private WaitQueue stored() {
        return WaitQueue.of(Fixture.done(fixture.queueDocument().get()));
    }

    private List<String> queued() {
        return stored().names().stream().map(WaitQueue.Name::process).toList();
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

    private static WaitQueue queueOf(int count, long since) {
        return new WaitQueue(
                IntStream.range(0, count)
                        .mapToObj(number -> new WaitQueue.Name("p" + number, since))
                        .toList(),
                0,
                0,
                0,
                0);
    }

    @Test
    @DisplayName(
            "WAI-5 the first has its turn at once, the second a slot later, and each further one sooner after the one before")
    void slots() {
        WaitQueue queue = queueOf(110, 1_000);

        assertThat(delayOf(queue, "p0")).isZero();
        assertThat(delayOf(queue, "p1")).isEqualTo(SLOT);
        assertThat(delayOf(queue, "p2")).isEqualTo(SLOT.plus(SLOT.dividedBy(2)));
        assertThat(delayOf(queue, "p10")).isBetween(Duration.ofMillis(580), Duration.ofMillis(590));
        assertThat(delayOf(queue, "p109")).isLessThan(Duration.ofMillis(1_100));
        assertThat(delayOf(queue, "new")).isGreaterThan(delayOf(queue, "p109"));
        assertThat(queue.upTo("p2")).containsExactlyInAnyOrder("p0", "p1", "p2");
    }

    @Test
    @DisplayName("WAI-5 where ten wait the next one polls, and the one after that does not even join")
    void crowd() {
        fixture.acquire();
        List<String> ten =
                IntStream.range(0, 10).mapToObj(number -> "p" + number).toList();
        queue(ten);
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> LockDocument.in(document()).orElseThrow().waiting() == 10);
            Fixture.until(() -> queued().equals(ten) && fixture.wire.inFlight() == 0);
            int commits = fixture.wire.commits();

            assertThat(attempt(place)).isInstanceOf(Contended.class);
            try (Contender other = new Contender(fixture.options);
                    WakeUps.Place second = other.backend.wakeUps().orElseThrow().enter(fixture.key, () -> {})) {
                assertThat(attempt(second)).isInstanceOf(Contended.class);
                assertThat(other.wire.listens()).isZero();
                assertThat(other.wire.commits()).isZero();
            }

            assertThat(fixture.wire.commits()).isEqualTo(commits);
        }
    }

    @Test
    @DisplayName("WAI-5 one that has just come leaves the last three places to those that have waited for longer")
    void lastPlaces() {
        fixture.acquire();
        Fixture.done(fixture.lockDocument().update(LockDocument.WAITING, 7));
        long came = System.nanoTime();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            int listens = fixture.wire.listens();
            // On a busy machine the attempt itself may take so long.
            boolean isNew = System.nanoTime() - came < TimeUnit.SECONDS.toNanos(1);
            assertThat(isNew && listens > 0).isFalse();

            Fixture.until(() -> attempt(place) instanceof Contended && queued().size() == 1);
        }
    }

    @Test
    @DisplayName("WAI-5 a lock is acquired, extended, released and abandoned while nothing can be written to its queue")
    void busyQueue() {
        fixture.wire.holdQueueWrites(true);
        Acquired first = fixture.acquire();
        queue(STRANGERS);
        assertThat(fixture.backend.extend(fixture.id, Fixture.TTL)).isInstanceOf(ExtendResult.Extended.class);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(stored().releasedAtMillis()).isZero();
        LockId waited = fixture.backend.newLockId(fixture.key);
        try (WakeUps.Place place = enter()) {
            Fixture.until(() -> place.acquire(waited, Fixture.TTL, Duration.ZERO) instanceof Acquired);
        }
        fixture.backend.abandon(fixture.key, waited, Fixture.TTL);
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();

        fixture.wire.holdQueueWrites(false);

        long last = LockDocument.in(document()).orElseThrow().lastFence();
        Fixture.until(() -> stored().acquired() == last
                && stored().released() == first.fence().value());
    }

    @Test
    @DisplayName("WAI-5 names age: one that is too old delays nobody")
    void age() {
        long now = 1_000_000;
        long stale = now - WaitQueue.LIFETIME.toMillis() - 1;
        WaitQueue queue = new WaitQueue(
                List.of(new WaitQueue.Name("gone", stale), new WaitQueue.Name("here", now - 1)), 0, 0, 0, 0);

        assertThat(delayOf(queue.fresh(now), "here")).isZero();
        assertThat(queue.stale(now)).containsExactly("gone");
    }

    @Test
    @DisplayName("WAI-5 an acquire that does not wait takes a released lock, and leaves the queue as it is")
    void withoutWaiting() {
        Acquired first = fixture.acquire();
        queue(STRANGERS);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        Fixture.until(() -> stored().isReleasedSince(first.fence().value()));
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
        assertThat(fixture.backend.lookup(fixture.key)).isEmpty();
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        assertThat(fixture.backend.acquire(fixture.key, LockId.random(), Fixture.TTL))
                .isInstanceOfSatisfying(
                        Acquired.class, second -> assertThat(second.fence()).isGreaterThan(first.fence()));
        assertThat(queued()).isEqualTo(STRANGERS);
    }

    @Test
    @DisplayName("WAI-5 joining the queue does not change the lock's document once it says that somebody waits")
    void joinsBesideTheHolder() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> queued().size() == 1 && isAwaited());
            Timestamp update = document().getUpdateTime();
            try (LockBackend other = FirestoreLockBackend.create(fixture.raw, fixture.options);
                    WakeUps.Place second = other.wakeUps().orElseThrow().enter(fixture.key, () -> {})) {
                assertThat(attempt(second)).isInstanceOf(Contended.class);
                Fixture.until(() -> queued().size() == 2);
            }
            Fixture.until(() -> queued().size() == 1);

            assertThat(document().getUpdateTime()).isEqualTo(update);
        }
    }

    private boolean isAwaited() {
        return LockDocument.in(document()).orElseThrow().awaited();
    }

    @Test
    @DisplayName(
            "WAI-3, WAI-5 a process that has released in favour of others holds back, and leaves each of them its slot")
    void slotsPass() {
        fixture.acquire();
        queue(STRANGERS);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        long released = System.nanoTime();
        WakeUps wakeUps = fixture.backend.wakeUps().orElseThrow();
        assertThat(wakeUps.holdBack(fixture.key)).isBetween(Duration.ofNanos(1), SLOT);

        try (WakeUps.Place place = enter()) {
            AcquireResult result = attempt(place);
            assertThat(result).isInstanceOf(Contended.class);
            while (result instanceof Contended) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                result = attempt(place);
            }
        }

        assertThat(Duration.ofNanos(System.nanoTime() - released))
                .isGreaterThan(SLOT.plus(SLOT.dividedBy(2)).minusMillis(50));
        // Those that did not come are removed.
        Fixture.until(() -> queued().stream().noneMatch(STRANGERS::contains));
    }

    @Test
    @DisplayName(
            "WAI-3, WAI-5 once nobody waits any more the next acquire finds that out, and nobody holds back from then on")
    void nobodyWaits() {
        fixture.acquire();
        queue(List.of());
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        WakeUps wakeUps = fixture.backend.wakeUps().orElseThrow();
        LockId second = LockId.random();
        try (WakeUps.Place place = enter()) {
            Fixture.until(() -> place.acquire(second, Fixture.TTL, Duration.ZERO) instanceof Acquired);
        }

        assertThat(fixture.backend.release(second)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(isAwaited()).isFalse();
        assertThat(wakeUps.holdBack(fixture.key)).isZero();
    }

    @Test
    @DisplayName(
            "WAI-5 one that waits stands in the queue, once; the acquire takes it off, and those before it that did not come")
    void standsInQueue() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> queued().size() == 1 && isAwaited());
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            assertThat(queued()).hasSize(1);
            queue(List.of("gone", queued().get(0), "late"));

            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.until(() -> attempt(place) instanceof Acquired);
        }

        Fixture.until(() -> queued().equals(List.of("late")));
        assertThat(isAwaited()).isTrue();
    }

    @Test
    @DisplayName("WAI-5 one that is not in the queue any more and still waits joins it again")
    void joinsAgain() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> queued().size() == 1);

            // Its name goes after it was heard of, or before; an attempt notices either.
            queue(List.of("other"));

            Fixture.until(() -> {
                assertThat(attempt(place)).isInstanceOf(Contended.class);
                return queued().size() == 2;
            });
        }
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
            Fixture.until(() -> queued().size() == 1 && isAwaited());
            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.until(() -> firstCalls.get() > 0);
            assertThat(secondCalls).hasValue(0);

            first.close();

            Fixture.until(() -> secondCalls.get() > 0);
            Fixture.until(() -> attempt(second) instanceof Acquired);
        }
    }

    @Test
    @DisplayName("WAI-5 what is no queue is none, and in nobody's way")
    void oddQueue() {
        fixture.acquire();
        queue(List.of());
        for (Object odd : new Object[] {"text", 7L, List.of(7L)}) {
            Fixture.done(fixture.queueDocument().set(Map.of(WaitQueue.NAMES, odd, WaitQueue.SINCE, odd)));
            assertThat(stored().names()).isEmpty();
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

        Fixture.until(() -> stored().releasedAtMillis() > 0);
        assertThat(queued()).isEqualTo(STRANGERS);
        assertThat(Objects.requireNonNull(document().getLong(LockDocument.EXPIRES_AT)))
                .isZero();
    }
}
