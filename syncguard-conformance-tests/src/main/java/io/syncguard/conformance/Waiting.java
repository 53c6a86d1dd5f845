package io.syncguard.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.WakeUps;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Somebody who waits for a key, as a process does, but tries only when he is called, or need not hold back any more: a lost
 * call is not made good. For one thread, but for the calls.
 */
final class Waiting implements AutoCloseable {
    /** A backend that begins to listen may have to connect first, while many others do. */
    private static final int BEGINNING = 4;

    /**
     * A waiter that is not called in so many looks has been given its place by the server. They are a millisecond apart, and more
     * where the machine is busy, whose calls come later too.
     */
    private static final int FEWEST_QUIET_LOOKS = 50;

    private static final int MOST_QUIET_LOOKS = 150;

    /** Where attempts take longer, calls do. */
    private static final int QUIET_ATTEMPTS = 25;

    private final LockKey key;
    private final LockId id;
    private final WakeUps wakeUps;
    private final WakeUps.Place place;
    private final AtomicInteger calls = new AtomicInteger();
    private final long enteredNanos = System.nanoTime();
    private volatile long lastCallNanos = enteredNanos;
    private int callsHeeded;
    private boolean heldBack;

    private Waiting(LockBackend backend, LockKey key, Runnable alsoWhenCalled) {
        this.key = key;
        this.id = backend.newLockId(key);
        this.wakeUps = wakeUps(backend);
        this.place = wakeUps.enter(key, () -> {
            lastCallNanos = System.nanoTime();
            calls.incrementAndGet();
            alsoWhenCalled.run();
        });
    }

    /** Returns how a backend wakes those that wait, or skips the test. */
    static WakeUps wakeUps(LockBackend backend) {
        return backend.wakeUps()
                .orElseGet(() -> Assumptions.abort(
                        "this backend does not wake those that wait (WakeUps): they pause and try again"));
    }

    /** Takes a place, and does nothing yet. */
    static Waiting enter(LockBackend backend, LockKey key) {
        return new Waiting(backend, key, () -> {});
    }

    /** Takes a place, in a backend whose way is open, for a key that is held and will be for longer, and tries in vain. */
    static Waiting stand(LockBackend backend, LockKey key) {
        return stand(backend, key, () -> {});
    }

    /**
     * As {@link #stand(LockBackend, LockKey)}.
     *
     * @param alsoWhenCalled is run by each call as well
     */
    static Waiting stand(LockBackend backend, LockKey key, Runnable alsoWhenCalled) {
        Waiting waiting = new Waiting(backend, key, alsoWhenCalled);
        waiting.tryInVain();
        int looks = waiting.quietLooks();
        for (int quiet = 0; quiet < looks; quiet++) {
            if (waiting.isCalled()) {
                waiting.tryInVain();
                quiet = 0;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return waiting;
    }

    private int quietLooks() {
        long start = System.nanoTime();
        tryInVain();
        long attempts = QUIET_ATTEMPTS * TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        return (int) Math.max(FEWEST_QUIET_LOOKS, Math.min(attempts, MOST_QUIET_LOOKS));
    }

    /** As {@link #openTheWay}, and returns the backend. */
    static LockBackend opened(LockBackend backend) {
        openTheWay(backend);
        return backend;
    }

    /**
     * Waits once in a backend, which may begin to listen only now: until it does, who waits stands in no line and is called
     * in no order.
     */
    static void openTheWay(LockBackend backend) {
        LockKey warmUp = LockKey.of("conformance-warm-up-" + LockId.random().value());
        Held held = Held.take(backend, warmUp);
        try (Waiting waiting = enter(backend, warmUp)) {
            waiting.tryInVain();
            held.release(backend);
            waiting.takeWhenCalled("WAI-1 a release calls who waits in the same backend", BEGINNING)
                    .release(backend);
        }
    }

    LockId id() {
        return id;
    }

    /** Tries once. */
    AcquireResult attempt() {
        callsHeeded = calls.get();
        heldBack = !wakeUps.holdBack(key).isZero();
        return place.acquire(id, Held.LONG, Duration.ofNanos(System.nanoTime() - enteredNanos));
    }

    void tryInVain() {
        assertThat(attempt()).as("ACQ-1 an attempt in a place at a held key").isInstanceOf(Contended.class);
    }

    /**
     * Returns whether it was called since its last attempt. The end of holding back is as good as a call: the lock may have been
     * free and left alone, and those it was left to be gone by now (WAI-3).
     */
    boolean isCalled() {
        return calls.get() != callsHeeded || (heldBack && wakeUps.holdBack(key).isZero());
    }

    int calls() {
        return calls.get();
    }

    /** Returns when it was called last, or now if it need only hold back no more. */
    long calledNanos() {
        return calls.get() == callsHeeded ? System.nanoTime() : lastCallNanos;
    }

    /** Waits until it is called, and does not try. */
    void awaitCall(String what) {
        Await.until(what, this::isCalled);
    }

    /** Waits for so long, or until it is called, and does not try. Returns whether it was called. */
    boolean isCalledWithin(Duration time) {
        long start = System.nanoTime();
        while (!isCalled() && System.nanoTime() - start < time.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return isCalled();
    }

    /** Tries whenever it is called, until it has the lock. */
    Held takeWhenCalled(String what) {
        return takeWhenCalled(what, 1);
    }

    private Held takeWhenCalled(String what, int timesLonger) {
        AtomicReference<@Nullable Held> held = new AtomicReference<>();
        Await.within(
                Await.longest().multipliedBy(timesLonger),
                what,
                () -> isCalled() && taken().map(taken -> set(held, taken)).isPresent());
        return Objects.requireNonNull(held.get());
    }

    /** Tries once, and returns the lock if it was free. */
    Optional<Held> taken() {
        return attempt() instanceof Acquired acquired
                ? Optional.of(new Held(key, id, acquired.fence(), acquired.expiresAt()))
                : Optional.empty();
    }

    /** Takes a key that must be free. */
    Held takeAtOnce() {
        return taken().orElseThrow(
                        () -> new AssertionError("WAI-6, ACQ-1 an attempt in a place did not take a key that is free"));
    }

    private static Held set(AtomicReference<@Nullable Held> to, Held held) {
        to.set(held);
        return held;
    }

    /** Closes the place. */
    void leave() {
        place.close();
    }

    @Override
    public void close() {
        leave();
    }
}
