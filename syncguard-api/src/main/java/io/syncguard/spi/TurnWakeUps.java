package io.syncguard.spi;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockOperation;
import io.syncguard.Ttl;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Wake-ups on a store that keeps a queue of processes for each key and tells one of them at a release ({@link WakeUps.Level#TURNS}).
 * The author of a backend implements {@link TurnQueue}, and calls this object when something is heard:
 *
 * <ul>
 *   <li>{@link #ourTurn}: a release has told this process;
 *   <li>{@link #mayHaveMissed}: this process listens, or listens again;
 *   <li>{@link #wokenElsewhere}: a release of this process has told another one;
 *   <li>{@link #close}: the backend closes.
 * </ul>
 *
 * <p>What this class sees to, so that an author cannot get it wrong:
 *
 * <ul>
 *   <li>A turn is neither lost nor kept (WAI-7). Calls are counted. A place that is left after a call which no attempt has used, and a
 *       turn that comes when nobody waits, are {@linkplain TurnQueue#passOn passed on}, also during the close.
 *   <li>Each place has a number of its own, and {@link TurnQueue#leave} names it. A removal that is late cannot mean the next place.
 *   <li>A place that is left on an interrupted thread is left all the same. The queue is called without the interrupt flag, which is set
 *       again afterwards. A blocking attempt on an interrupted thread sends nothing (OPT-1).
 *   <li>An attempt of a process that does not hear is a plain acquire of the backend, and so is one with a key that is too long, which
 *       then says so.
 *   <li>A call that throws is logged, and harms nothing else. After the close nobody is called, nothing is sent, and attempts are
 *       {@code ABORTED}.
 *   <li>No key is remembered that nobody waits for.
 * </ul>
 *
 * <p>There is one place for a key at a time. Entering another one leaves the one before it. Thread-safe.
 */
public final class TurnWakeUps implements WakeUps, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(TurnWakeUps.class.getName());

    /** How long the close waits for turns that are being passed on. */
    private static final Duration LONGEST_DRAINING = Duration.ofMillis(500);

    private final LockBackend backend;
    private final Function<LockKey, String> stored;
    private final TurnQueue queue;
    private final HoldBacks holdBacks;
    private final HoldBacks standAsides;
    private final ConcurrentMap<String, TurnPlace> places = new ConcurrentHashMap<>();
    private final AtomicLong lastNumber = new AtomicLong();

    /** Calls to the queue that have not ended yet. */
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean defectLogged = new AtomicBoolean();
    private volatile boolean closed;
    private volatile boolean drained;

    private TurnWakeUps(
            LockBackend backend,
            Function<LockKey, String> stored,
            TurnQueue queue,
            Duration holdBack,
            Duration standAside) {
        this.backend = Objects.requireNonNull(backend, "backend");
        this.stored = Objects.requireNonNull(stored, "stored");
        this.queue = Objects.requireNonNull(queue, "queue");
        this.holdBacks = new HoldBacks(holdBack);
        this.standAsides = new HoldBacks(standAside);
        if (standAside.compareTo(holdBack) > 0) {
            throw LockException.invalidArgument("a caller that stands aside for " + standAside
                    + " would do so for longer than it holds back, which is " + holdBack);
        }
    }

    /**
     * Returns the wake-ups of a backend. Asks nothing of the backend or the queue yet, so a constructor of theirs may call this.
     *
     * @param backend makes attempts while this process does not hear. A natively asynchronous one is passed as {@link
     *     LockBackend#blocking}
     * @param stored returns a key as it is stored, as {@link StorageKeys#stored} does
     * @param holdBack how long to leave a lock to a waiter elsewhere: somewhat longer than a woken waiter usually takes to come; from
     *     zero to a second (WAI-3)
     * @throws LockException {@code INVALID_ARGUMENT} if the time is negative or longer than a second
     */
    @CheckReturnValue
    public static TurnWakeUps over(
            LockBackend backend, Function<LockKey, String> stored, TurnQueue queue, Duration holdBack) {
        return over(backend, stored, queue, holdBack, Duration.ZERO);
    }

    /**
     * As {@link #over(LockBackend, Function, TurnQueue, Duration)}.
     *
     * @param standAside how long not to ask at all in favour of the only waiter elsewhere ({@link WakeUps#standAside}); no longer than
     *     {@code holdBack}
     * @throws LockException {@code INVALID_ARGUMENT} if a time is negative or too long
     */
    @CheckReturnValue
    public static TurnWakeUps over(
            LockBackend backend,
            Function<LockKey, String> stored,
            TurnQueue queue,
            Duration holdBack,
            Duration standAside) {
        return new TurnWakeUps(backend, stored, queue, holdBack, standAside);
    }

    /**
     * It is this process's turn: calls the place for the key, or passes the turn on if there is none. Call it when a message says so, and
     * when a release of this process finds it first in the queue itself. Any thread may call it. Does not block, and throws nothing.
     *
     * @param stored the key as it is stored
     */
    public void ourTurn(String stored) {
        holdBacks.over(stored);
        standAsides.over(stored);
        TurnPlace place = places.get(stored);
        if (place == null) {
            passOn(stored);
        } else {
            call(place, stored);
        }
    }

    /**
     * Turns may have been missed: calls all places. Call it when this process begins to listen and when it listens again. Any thread may
     * call it. Does not block, and throws nothing.
     */
    public void mayHaveMissed() {
        places.forEach((stored, place) -> call(place, stored));
    }

    private void call(TurnPlace place, String stored) {
        place.waiter.call();
        if (place.waiter.hasLeft() && place.waiter.leavesTurn()) {
            // It left just before it was called.
            passOn(stored);
        }
    }

    /**
     * A release of this process has told another one. New callers hold back from the key for a moment (WAI-3). Does not block, and
     * throws nothing.
     *
     * @param stored the key as it is stored
     */
    public void wokenElsewhere(String stored) {
        wokenElsewhere(stored, "", false);
    }

    /**
     * As {@link #wokenElsewhere(String)}.
     *
     * @param note any text of the backend's, which attempts that hold back have ({@link TurnAttempt#note}), such as what lets the store see
     *     that the other one has had the lock
     * @param standsAside whether new callers stand aside as well, because the other process is the only one that waits
     */
    public void wokenElsewhere(String stored, String note, boolean standsAside) {
        holdBacks.wokenElsewhere(stored, note);
        if (standsAside) {
            standAsides.wokenElsewhere(stored);
        } else {
            standAsides.over(stored);
        }
    }

    /** {@inheritDoc} Entering another place for the same key leaves the one before. */
    @Override
    public Place enter(LockKey key, Runnable wake) {
        String name = storedOrNull(key);
        TurnPlace place = new TurnPlace(key, name, lastNumber.incrementAndGet(), wake);
        if (name == null || closed) {
            return place;
        }
        TurnPlace before = places.put(name, place);
        if (before != null) {
            before.close();
        }
        if (closed) {
            place.close();
        } else {
            calmly("listening", () -> queue.listen(name));
        }
        return place;
    }

    /** Returns null for a key that is too long. The attempt says so, in the way of the view it is made through. */
    private @Nullable String storedOrNull(LockKey key) {
        try {
            return stored.apply(key);
        } catch (LockException tooLong) {
            return null;
        }
    }

    @Override
    public boolean triesWhereWoken() {
        return queue.triesWhereWoken();
    }

    @Override
    public Duration holdBack(LockKey key) {
        return left(holdBacks, key);
    }

    @Override
    public Duration standAside(LockKey key) {
        return left(standAsides, key);
    }

    /** Makes nothing of the key while nobody waits. */
    private Duration left(HoldBacks times, LockKey key) {
        if (times.isEmpty()) {
            return Duration.ZERO;
        }
        String name = storedOrNull(key);
        return name == null ? Duration.ZERO : times.of(name);
    }

    /** Returns how many keys are waited for. */
    int waitedFor() {
        return places.size();
    }

    private void passOn(String stored) {
        if (!drained) {
            calmly("passing a turn on", () -> follow(queue.passOn(stored)));
        }
    }

    @SuppressWarnings("CollectionUndefinedEquality") // The same future is meant.
    private void follow(CompletableFuture<?> asked) {
        if (!asked.isDone()) {
            underWay.add(asked);
            var unused = asked.whenComplete((done, failure) -> underWay.remove(asked));
        }
    }

    /** Asks something of the queue, whatever the interrupt flag says. */
    private void calmly(String what, Runnable request) {
        boolean interrupted = Thread.interrupted();
        try {
            request.run();
        } catch (Exception | Error e) {
            if (defectLogged.compareAndSet(false, true)) {
                LOGGER.log(
                        Logger.Level.WARNING,
                        () -> "a queue of waiters: " + what
                                + " threw an exception, which is a defect of the backend; waiters retry"
                                + " by themselves, and this is not logged again",
                        e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Leaves all places, and passes on the turns that they were called for. Waits until that is done, for half a second at the most, and
     * not at all on a thread that may not block. From then on nothing is asked of the queue. May be repeated. Throws nothing.
     *
     * <p>A backend calls it in its own close, after it has stopped listening and before it closes its client.
     */
    @Override
    public void close() {
        closed = true;
        places.values().forEach(TurnPlace::close);
        awaitEnd();
        drained = true;
    }

    private void awaitEnd() {
        CompletableFuture<?>[] asked = underWay.toArray(CompletableFuture<?>[]::new);
        if (asked.length == 0 || !backend.async().mayBlock()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            CompletableFuture.allOf(asked).get(LONGEST_DRAINING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
            // Whoever waits elsewhere tries by itself after a while.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final class TurnPlace implements Place {
        private final LockKey key;

        /** The key as it is stored; null if it is too long. */
        private final @Nullable String name;

        private final long number;
        private final CalledWaiter waiter;

        TurnPlace(LockKey key, @Nullable String name, long number, Runnable wake) {
            this.key = key;
            this.name = name;
            this.number = number;
            this.waiter = new CalledWaiter(key, wake);
        }

        @Override
        public AcquireResult acquire(LockId id, Ttl ttl, Duration waited) {
            if (closed) {
                throw BackendClosed.beforeCall(LockOperation.ACQUIRE, key.fingerprint());
            }
            AwaitedCall.refuseIfInterrupted(LockOperation.ACQUIRE, key::fingerprint);
            BlockingView.refuseIfMayNotBlock(backend.async(), LockOperation.ACQUIRE, key::fingerprint);
            long callsBefore = waiter.calls();
            AcquireResult result = name != null && queue.hears(name)
                    ? queue.acquire(attempt(name, id, ttl, waited))
                    : backend.acquire(key, id, ttl);
            waiter.answered(result, callsBefore);
            return result;
        }

        @Override
        public CompletableFuture<AcquireResult> acquireAsync(LockId id, Ttl ttl, Duration waited) {
            if (closed) {
                return CompletableFuture.failedFuture(
                        BackendClosed.beforeCall(LockOperation.ACQUIRE, key.fingerprint()));
            }
            long callsBefore = waiter.calls();
            return HeardCall.of(
                    started(() -> name != null && queue.hears(name)
                            ? queue.acquireAsync(attempt(name, id, ttl, waited))
                            : backend.async().acquire(key, id, ttl)),
                    result -> waiter.answered(result, callsBefore));
        }

        /** An asynchronous call takes no notice of interrupts, and throws nothing (OPT-4). */
        private CompletableFuture<AcquireResult> started(Supplier<CompletableFuture<AcquireResult>> call) {
            boolean interrupted = Thread.interrupted();
            try {
                return call.get();
            } catch (Exception | Error e) {
                return CompletableFuture.failedFuture(LockException.of(e, LockOperation.ACQUIRE, key.fingerprint()));
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private TurnAttempt attempt(String stored, LockId id, Ttl ttl, Duration waited) {
            Duration holdBack = holdBacks.of(stored);
            String note = holdBack.isZero() ? "" : holdBacks.note(stored).orElse("");
            return new TurnAttempt(key, stored, id, ttl, waited, holdBack, note, number, waiter);
        }

        @Override
        public void close() {
            if (name == null || !waiter.leave()) {
                return;
            }
            places.remove(name, this);
            if (!drained) {
                calmly("leaving it", () -> follow(queue.leave(name, number)));
            }
            if (waiter.leavesTurn()) {
                passOn(name);
            }
        }
    }
}
