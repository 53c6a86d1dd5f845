package io.syncguard.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.firestore.DocumentSnapshot;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.ReleaseResult;
import io.syncguard.spi.WakeUps;
import io.syncguard.testsupport.Pause;
import java.time.Duration;
import java.util.List;
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

    private void queue(Object stored) {
        Fixture.done(fixture.lockDocument().update(Queue.FIELD, stored));
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

    @Test
    @DisplayName("WAI-5 each has as many slots before it as there are processes, ten at the most")
    void slots() {
        Queue queue = new Queue(
                IntStream.range(0, 30).mapToObj(number -> "p" + number).toList());

        assertThat(queue.slotsBefore("p0")).isZero();
        assertThat(queue.slotsBefore("p3")).isEqualTo(3);
        assertThat(queue.slotsBefore("p29")).isEqualTo(10);
        assertThat(queue.slotsBefore("new")).isEqualTo(10);
        assertThat(queue.after("p27").processes()).containsExactly("p28", "p29");
        assertThat(queue.after("new")).isEqualTo(queue);
        assertThat(Queue.EMPTY.slotsBefore("new")).isZero();
    }

    @Test
    @DisplayName("WAI-5 a release leaves the queue in a document that holds nothing; the next release deletes it")
    void releaseTells() {
        Acquired first = fixture.acquire();
        queue(STRANGERS);

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(Queue.of(document()).processes()).isEqualTo(STRANGERS);
        assertThat(fixture.backend.isLocked(fixture.key)).isFalse();
        assertThat(fixture.backend.lookup(fixture.key)).isEmpty();
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.ABSENT);
        LockId next = LockId.random();
        assertThat(fixture.backend.acquire(fixture.key, next, Fixture.TTL))
                .as("REL-1 who would not wait takes it")
                .isInstanceOfSatisfying(
                        Acquired.class, second -> assertThat(second.fence()).isGreaterThan(first.fence()));
        assertThat(Queue.of(document()).processes()).as("those that still wait").isEqualTo(STRANGERS);
        queue(List.of());
        assertThat(fixture.backend.release(next)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(document().exists()).isFalse();
    }

    @Test
    @DisplayName("WAI-3, WAI-5 who has released in favour of others holds back, and who waits leaves them a slot each")
    void slotsPass() {
        fixture.acquire();
        queue(STRANGERS);
        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
        long released = System.nanoTime();
        WakeUps wakeUps = fixture.backend.wakeUps().orElseThrow();
        assertThat(wakeUps.holdBack(fixture.key)).isBetween(Duration.ofNanos(1), Turns.SLOT);

        try (WakeUps.Place place = enter()) {
            AcquireResult result = attempt(place);
            assertThat(result).isInstanceOfSatisfying(Contended.class, contended -> assertThat(
                            contended.freeIn().orElseThrow())
                    .isBetween(Duration.ofMillis(1), Turns.SLOT.multipliedBy(2)));
            while (result instanceof Contended) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                result = attempt(place);
            }
        }

        assertThat(Duration.ofNanos(System.nanoTime() - released))
                .isGreaterThan(Turns.SLOT.plus(Turns.SLOT).minusMillis(50));
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
            Fixture.until(() -> Queue.of(document()).processes().size() == 1);
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            queue(List.of("gone", Queue.of(document()).processes().get(0), "late"));

            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.until(() -> attempt(place) instanceof Acquired);

            // The place is still open, so the process may join again, behind the others.
            assertThat(Queue.of(document()).processes()).startsWith("late").doesNotContain("gone");
        }
    }

    @Test
    @DisplayName("WAI-5 who is not in the queue any more and still waits joins it again")
    void joinsAgain() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> Queue.of(document()).processes().size() == 1);
            Pause.millis(200);

            queue(List.of("other"));

            Fixture.until(() -> Queue.of(document()).processes().size() == 2);
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
            Fixture.until(() -> Queue.of(document()).processes().size() == 1);
            assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);
            Fixture.until(() -> firstCalls.get() > 0);
            assertThat(secondCalls).hasValue(0);

            first.close();

            Fixture.until(() -> secondCalls.get() > 0);
            assertThat(attempt(second)).isInstanceOf(Acquired.class);
        }
    }

    @Test
    @DisplayName("WAI-5 a name that came too late to be taken off is dropped by the release")
    void ghost() {
        fixture.acquire();
        try (WakeUps.Place place = enter()) {
            assertThat(attempt(place)).isInstanceOf(Contended.class);
            Fixture.until(() -> Queue.of(document()).processes().size() == 1);
        }

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(document().exists()).isFalse();
        assertThat(fixture.backend.wakeUps().orElseThrow().holdBack(fixture.key))
                .isZero();
    }

    @Test
    @DisplayName("WAI-5 what is no queue is none, and in nobody's way")
    void oddQueue() {
        fixture.acquire();
        for (Object odd : new Object[] {"text", 7L, List.of(7L)}) {
            queue(odd);
            assertThat(Queue.of(document())).isEqualTo(Queue.EMPTY);
            assertThat(fixture.backend.lookup(fixture.key)).isPresent();
        }

        assertThat(fixture.backend.release(fixture.id)).isEqualTo(ReleaseResult.RELEASED);

        assertThat(document().exists()).isFalse();
    }

    @Test
    @DisplayName("WAI-5, ACQ-4 abandoning tells those that wait")
    void abandoning() {
        fixture.acquire();
        queue(STRANGERS);

        fixture.backend.abandon(fixture.key, fixture.id, Fixture.TTL);

        assertThat(Queue.of(document()).processes()).isEqualTo(STRANGERS);
        assertThat(Objects.requireNonNull(document().getLong(LockDocument.EXPIRES_AT)))
                .isZero();
    }
}
