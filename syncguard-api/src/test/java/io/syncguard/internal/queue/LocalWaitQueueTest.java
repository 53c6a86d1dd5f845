package io.syncguard.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import io.syncguard.internal.threads.GuardThreads;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.GuardClock;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalWaitQueueTest {
    private static final LockKey KEY = LockKey.of("k");

    private final CountedPlaces places = new CountedPlaces();
    private final LocalWaitQueues queues = new LocalWaitQueues(places, new GuardThreads(null, GuardClock.machine()));

    /** Places that are counted: how many are open for each key, and whether there ever was more than one. */
    private static final class CountedPlaces implements WakeUps {
        final List<CountedPlace> entered = new CopyOnWriteArrayList<>();
        final Map<LockKey, AtomicInteger> open = new ConcurrentHashMap<>();
        final Queue<String> violations = new ConcurrentLinkedQueue<>();
        final AtomicInteger numberEntered = new AtomicInteger();

        /** Runs while a place is entered or closed, before it counts as such. */
        volatile Runnable meanwhile = () -> {};

        volatile Duration holdBack = Duration.ZERO;
        volatile boolean keepsPlaces = true;

        @Override
        public Place enter(LockKey key, Runnable wake) {
            if (open.computeIfAbsent(key, absent -> new AtomicInteger()).incrementAndGet() > 1) {
                violations.add("a place was entered before the one before it was closed");
            }
            numberEntered.incrementAndGet();
            CountedPlace place = new CountedPlace(this, key, wake);
            if (keepsPlaces) {
                entered.add(place);
            }
            meanwhile.run();
            return place;
        }

        @Override
        public Duration holdBack(LockKey key) {
            return holdBack;
        }

        int open() {
            return open.values().stream().mapToInt(AtomicInteger::get).sum();
        }
    }

    private record CountedPlace(CountedPlaces places, LockKey key, Runnable wake, AtomicBoolean closed)
            implements WakeUps.Place {
        CountedPlace(CountedPlaces places, LockKey key, Runnable wake) {
            this(places, key, wake, new AtomicBoolean());
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            throw new AssertionError("nobody acquires");
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            throw new AssertionError("nobody acquires");
        }

        @Override
        public void close() {
            places.meanwhile.run();
            if (!closed.compareAndSet(false, true)) {
                places.violations.add("a place was closed twice");
                return;
            }
            places.open.get(key).decrementAndGet();
        }
    }

    private static final class Waiter extends QueuedWaiter {
        final AtomicInteger wakes = new AtomicInteger();
        volatile Runnable whenWoken = () -> {};

        @Override
        protected void wake() {
            wakes.incrementAndGet();
            whenWoken.run();
        }
    }

    private Waiter joined() {
        Waiter waiter = new Waiter();
        queues.join(KEY, waiter);
        return waiter;
    }

    @Test
    @DisplayName("WAI-2 only the first waiter has the place, and each leaves it to the one that came next")
    void firstComeFirstServed() {
        Waiter a = joined();
        Waiter b = joined();
        Waiter c = joined();
        assertThat(a.placeIfFirst()).isNotNull();
        assertThat(b.placeIfFirst()).isNull();
        assertThat(c.placeIfFirst()).isNull();

        a.leave();
        assertThat(a.placeIfFirst()).isNull();
        assertThat(b.placeIfFirst()).isNotNull();
        assertThat(b.wakes).as("the next one tries at once").hasValue(1);
        assertThat(c.wakes).hasValue(0);

        b.leave();
        assertThat(c.placeIfFirst()).isNotNull();
        assertThat(c.wakes).hasValue(1);
        assertThat(places.numberEntered).as("places entered").hasValue(1);
    }

    @Test
    @DisplayName("WAI-2 a waiter that leaves from the middle changes nothing for the others")
    void leavesFromTheMiddle() {
        Waiter a = joined();
        Waiter b = joined();
        Waiter c = joined();

        b.leave();
        b.leave();

        assertThat(a.placeIfFirst()).isNotNull();
        assertThat(a.wakes).hasValue(0);
        assertThat(c.wakes).hasValue(0);
        a.leave();
        assertThat(c.placeIfFirst()).isNotNull();
        assertThat(b.placeIfFirst()).isNull();
    }

    @Test
    @DisplayName("WAI-6 the place is closed when the last waiter leaves, and entered anew by the next one")
    void placeEnds() {
        Waiter a = joined();
        assertThat(places.open()).isEqualTo(1);
        a.leave();
        a.leave();
        assertThat(places.open()).isZero();

        Waiter b = joined();
        assertThat(b.placeIfFirst()).isSameAs(places.entered.get(1));
        assertThat(places.open()).isEqualTo(1);
        b.leave();
        assertThat(places.violations).isEmpty();
    }

    @Test
    @DisplayName("WAI-2 a wake-up of the backend's wakes the first waiter and no other, and nobody once all have left")
    void wakesTheFirst() {
        Waiter a = joined();
        Waiter b = joined();
        CountedPlace place = places.entered.get(0);

        place.wake().run();
        assertThat(a.wakes).hasValue(1);
        assertThat(b.wakes).hasValue(0);

        a.leave();
        place.wake().run();
        assertThat(a.wakes).hasValue(1);
        assertThat(b.wakes).as("one for its turn and one of the backend's").hasValue(2);

        b.leave();
        place.wake().run();
        assertThat(b.wakes).hasValue(2);
    }

    @Test
    @DisplayName(
            "WAI-3 a new caller has to wait its turn while others wait, or while a lock is left to others elsewhere")
    void othersFirst() {
        assertThat(queues.othersFirst(KEY)).isFalse();
        Waiter a = joined();
        assertThat(queues.othersFirst(KEY)).isTrue();
        assertThat(queues.othersFirst(LockKey.of("another"))).isFalse();
        a.leave();
        assertThat(queues.othersFirst(KEY)).isFalse();

        places.holdBack = Duration.ofMillis(3);
        assertThat(queues.othersFirst(KEY)).isTrue();
        assertThat(queues.holdBackNanos(KEY)).isEqualTo(3_000_000);
    }

    @Test
    @DisplayName("WAI-2 a waiter that joins while another thread enters the place finds the place or is woken for it")
    void joinsWhileEntering() throws InterruptedException {
        Waiter second = new Waiter();
        AtomicBoolean once = new AtomicBoolean();
        places.meanwhile = () -> {
            if (once.compareAndSet(false, true)) {
                Thread joining = new Thread(() -> queues.join(KEY, second));
                joining.start();
                joinQuietly(joining);
            }
        };

        Waiter first = joined();

        assertThat(first.placeIfFirst()).isNotNull();
        first.leave();
        assertThat(second.placeIfFirst()).isNotNull();
        assertThat(second.wakes).hasValueGreaterThanOrEqualTo(1);
        assertThat(places.violations).isEmpty();
    }

    @Test
    @DisplayName(
            "WAI-6 a waiter that joins while another thread closes the place gets a new one after that, and is woken")
    void joinsWhileClosing() {
        Waiter first = joined();
        Waiter second = new Waiter();
        AtomicBoolean once = new AtomicBoolean();
        places.meanwhile = () -> {
            if (once.compareAndSet(false, true)) {
                Thread joining = new Thread(() -> queues.join(KEY, second));
                joining.start();
                joinQuietly(joining);
                assertThat(second.placeIfFirst()).isNull();
            }
        };

        first.leave();

        assertThat(places.violations).isEmpty();
        assertThat(places.numberEntered).hasValue(2);
        assertThat(second.placeIfFirst()).isSameAs(places.entered.get(1));
        assertThat(second.wakes).hasValue(1);
    }

    @Test
    @DisplayName("WAI-2 a waiter that leaves while its place is being entered leaves no place behind")
    void leavesWhileEntering() {
        Waiter waiter = new Waiter();
        AtomicBoolean once = new AtomicBoolean();
        places.meanwhile = () -> {
            if (once.compareAndSet(false, true)) {
                Thread leaving = new Thread(waiter::leave);
                leaving.start();
                joinQuietly(leaving);
            }
        };

        queues.join(KEY, waiter);

        assertThat(places.open()).isZero();
        assertThat(queues.othersFirst(KEY)).isFalse();
        assertThat(joined().placeIfFirst()).isNotNull();
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).as("the thread is kept waiting").isFalse();
    }

    @Test
    @DisplayName(
            "WAI-2, WAI-6 however many threads join and leave, each first waiter gets the place, and there is one at a time")
    void underContention() throws InterruptedException {
        places.keepsPlaces = false;
        places.meanwhile = () -> {
            if (ThreadLocalRandom.current().nextInt(4) == 0) {
                Thread.yield();
            }
        };
        List<LockKey> keys = List.of(LockKey.of("x"), LockKey.of("y"), LockKey.of("z"));
        Queue<String> forgotten = new ConcurrentLinkedQueue<>();
        AtomicInteger served = new AtomicInteger();
        Map<LockKey, AtomicInteger> inPlace = new ConcurrentHashMap<>();
        keys.forEach(key -> inPlace.put(key, new AtomicInteger()));
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < 4_000; i++) {
                    LockKey key = keys.get(ThreadLocalRandom.current().nextInt(keys.size()));
                    boolean patient = ThreadLocalRandom.current().nextInt(3) > 0;
                    if (waitsInVain(key, patient, inPlace.get(key), served)) {
                        forgotten.add("a waiter for " + key.fingerprint());
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(forgotten)
                .as("waiters that were neither woken nor found their place")
                .isEmpty();
        assertThat(places.violations).isEmpty();
        assertThat(served).as("waiters that came to their turn").hasValueGreaterThan(1_000);
        assertThat(places.numberEntered).as("the place was entered anew").hasValueGreaterThan(100);
        assertThat(places.open()).as("places left open").isZero();
        assertThat(keys).noneMatch(queues::othersFirst);
    }

    /** Waits until it is woken as the first, or, if it is impatient, leaves at any time. */
    private boolean waitsInVain(LockKey key, boolean patient, AtomicInteger inPlace, AtomicInteger served) {
        Waiter waiter = new Waiter();
        Thread thread = Thread.currentThread();
        waiter.whenWoken = () -> LockSupport.unpark(thread);
        queues.join(key, waiter);
        try {
            if (!patient) {
                return false;
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (waiter.placeIfFirst() == null) {
                if (System.nanoTime() - deadline > 0) {
                    return true;
                }
                // Nothing but a wake-up ends this before the deadline.
                LockSupport.parkNanos(deadline - System.nanoTime());
            }
            if (inPlace.incrementAndGet() > 1) {
                places.violations.add("two waiters had the place");
            }
            served.incrementAndGet();
            inPlace.decrementAndGet();
            return false;
        } finally {
            waiter.leave();
        }
    }

    @Test
    @DisplayName("WAI-2 a queue that is over leaves the map, so that keys which nobody waits for take no memory")
    void leavesNothing() {
        ConcurrentMap<LockKey, LocalWaitQueue> map = new ConcurrentHashMap<>();
        Set<Waiter> waiters = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            LockKey key = LockKey.of("key-" + i);
            for (int j = 0; j < 2; j++) {
                Waiter waiter = new Waiter();
                assertThat(map.computeIfAbsent(
                                        key,
                                        absent -> new LocalWaitQueue(
                                                absent, map, places, new GuardThreads(null, GuardClock.machine())))
                                .add(waiter))
                        .isTrue();
                waiters.add(waiter);
            }
        }
        assertThat(map).hasSize(1_000);
        LocalWaitQueue first = map.get(LockKey.of("key-0"));

        waiters.forEach(QueuedWaiter::leave);

        assertThat(map).isEmpty();
        assertThat(first.add(new Waiter()))
                .as("a queue that is over takes nobody in")
                .isFalse();
        assertThat(places.open()).isZero();
    }
}
