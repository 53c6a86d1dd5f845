package io.syncguard.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FirestoreException;
import com.google.cloud.firestore.ListenerRegistration;
import io.syncguard.LockId;
import io.syncguard.spi.AcquireResult;
import io.syncguard.spi.AcquireResult.Acquired;
import io.syncguard.spi.AcquireResult.Contended;
import io.syncguard.spi.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A listener on a lock's document, one for all of a backend that wait for the key. When the lock becomes free it wakes the
 * first of them, once those elsewhere that are ahead have had their slots; if one of them takes it, nobody is woken and
 * nothing is asked. Thread-safe; wakes nobody while it holds its monitor.
 */
final class LockWatch {
    /** For how long what was heard is as good as an answer. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final DocumentReference document;
    private final int backend;
    private final Rivalry rivalry;
    private final HandOverTime handOver;
    private final Listening listening;
    private final Runnable onEmpty;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private @Nullable ListenerRegistration registration;

    /** What is heard by an earlier listener is of no interest. */
    private int listener;

    private State state = State.UNKNOWN;
    private long sinceNanos;

    /** The lock while it is taken, as of a time of the server's. */
    private @Nullable LockDocument taken;

    private long takenAsOfMillis;

    /** Changes whenever something is heard: what was planned before is off. */
    private long plan;

    private boolean over;

    private enum State {
        UNKNOWN,
        FREE,
        TAKEN
    }

    /**
     * @param onEmpty called when the last one has left
     */
    LockWatch(
            DocumentReference document,
            int backend,
            Rivalry rivalry,
            HandOverTime handOver,
            Listening listening,
            Runnable onEmpty) {
        this.document = document;
        this.backend = backend;
        this.rivalry = rivalry;
        this.handOver = handOver;
        this.listening = listening;
        this.onEmpty = onEmpty;
    }

    /** Returns false if the last one has left just now. */
    synchronized boolean add(Waiting one) {
        if (over) {
            return false;
        }
        one.cameAfter = rivalry.cameAfter();
        one.listensLater = one.cameAfter != 0 && !rivalry.expectsOthers();
        LockDocument lock = taken;
        if (state == State.TAKEN && lock != null) {
            one.hears(lock.fenceOrZero(), lock.backend() != backend);
        }
        waiting.addLast(one);
        if (!one.listensLater) {
            listen();
        }
        return true;
    }

    /** Closes the listener if it was the last one. */
    void remove(Waiting one) {
        Waiting next = null;
        synchronized (this) {
            boolean wasFirst = waiting.peekFirst() == one;
            if (!waiting.remove(one)) {
                return;
            }
            if (!one.served && one.cameAfter != 0) {
                rivalry.leftUnserved(one.cameAfter, handOver.slotNanos());
            }
            if (waiting.isEmpty()) {
                close();
            } else if (wasFirst && state == State.FREE) {
                // What woke the one that leaves may have been meant for the next.
                next = waiting.getFirst();
                next.isNext(0);
            }
        }
        if (next != null) {
            next.wake.run();
        }
    }

    /** Closes the listener; those that still wait ask now and then. */
    synchronized void close() {
        if (!over) {
            over = true;
            plan++;
            onEmpty.run();
            closeListener();
        }
    }

    private void closeListener() {
        ListenerRegistration last = registration;
        if (last != null) {
            forgetListener();
            try {
                last.remove();
            } catch (RuntimeException e) {
                // Its owner has closed the client, and with it the listener.
            }
        }
    }

    private void forgetListener() {
        registration = null;
        listener++;
        state = State.UNKNOWN;
        plan++;
        listening.closed();
    }

    private void listen() {
        if (over || registration != null || rivalry.isCrowded() || !listening.mayOpen()) {
            return;
        }
        int number = ++listener;
        sinceNanos = System.nanoTime();
        try {
            registration =
                    document.addSnapshotListener(Runnable::run, (found, failure) -> heard(number, found, failure));
        } catch (RuntimeException e) {
            // A client that its owner has closed.
            listening.closed();
            listening.failed(e);
        }
    }

    private void heard(int number, @Nullable DocumentSnapshot found, @Nullable FirestoreException failure) {
        Waiting next;
        synchronized (this) {
            if (number != listener) {
                return;
            }
            if (failure != null) {
                forgetListener();
                listening.failed(failure);
            }
            next = failure == null && found != null ? heard(found) : null;
        }
        if (next != null) {
            next.wake.run();
        }
    }

    /** Returns whom to wake at once. */
    private @Nullable Waiting heard(DocumentSnapshot found) {
        listening.works();
        long now = System.nanoTime();
        if (state == State.FREE) {
            unused(now);
        }
        sinceNanos = now;
        plan++;
        LockDocument lock = live(found);
        taken = lock;
        if (lock == null) {
            state = State.FREE;
            return becameFree();
        }
        state = State.TAKEN;
        boolean others = lock.backend() != backend;
        waiting.forEach(one -> one.hears(lock.fenceOrZero(), others));
        if (others) {
            rivalry.otherServed(lock.backend(), lock.fenceOrZero());
        }
        if (rivalry.isCrowded()) {
            closeListener();
        }
        return null;
    }

    private @Nullable LockDocument live(DocumentSnapshot found) {
        try {
            takenAsOfMillis = LockDocument.millis(found.getReadTime());
            return LockDocument.in(found)
                    .filter(lock -> lock.isLive(takenAsOfMillis))
                    .orElse(null);
        } catch (IllegalArgumentException foreign) {
            // The attempt will say what is wrong.
            return null;
        }
    }

    private long unused(long now) {
        Waiting first = waiting.peekFirst();
        long slots = (now - sinceNanos) / handOver.slotNanos();
        if (first != null) {
            rivalry.unused(slots, first.cameAfter);
        }
        return slots;
    }

    private @Nullable Waiting becameFree() {
        Waiting first = waiting.peekFirst();
        if (first == null) {
            return null;
        }
        double slots = rivalry.slots(
                first.cameAfter,
                first.turnsOfOthers,
                ThreadLocalRandom.current().nextDouble());
        long nanos = (long) (slots * handOver.slotNanos());
        if (first.turnsOfOthers == 0) {
            nanos = Math.max(nanos, rivalry.holdBackNanos());
        }
        if (nanos < AT_ONCE_NANOS) {
            first.isNext(0);
            return first;
        }
        long number = plan;
        Executor later = CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, CommonThreads.EXECUTOR);
        later.execute(() -> slotCame(number));
        return null;
    }

    private void slotCame(long number) {
        Waiting first;
        synchronized (this) {
            first = number == plan ? waiting.peekFirst() : null;
            if (first != null) {
                first.isNext(unused(System.nanoTime()));
            }
        }
        if (first != null) {
            first.wake.run();
        }
    }

    /**
     * Called before each attempt.
     *
     * @param met whether the acquisition has met contention before
     * @return the answer if it is known without asking
     */
    synchronized Optional<Contended> known(Waiting one, LockId id, boolean met) {
        boolean woken = one.woken;
        boolean first = !one.asked;
        one.woken = false;
        one.asked = true;
        if (met || !one.listensLater) {
            listen();
        }
        long age = System.nanoTime() - sinceNanos;
        LockDocument lock = taken;
        boolean unknown =
                switch (state) {
                    // It has met it just now; or the first that the listener hears will be how things are.
                    case UNKNOWN -> !met || !(first || (registration != null && age < FRESH_NANOS));
                    // Its slot has not come.
                    case FREE -> woken || age > FRESH_NANOS;
                    case TAKEN -> lock == null || lock.isHeldBy(id) || (!woken && age > FRESH_NANOS);
                };
        if (unknown) {
            if (!woken) {
                one.triesNow();
            }
            return Optional.empty();
        }
        return state == State.TAKEN && lock != null ? contended(lock, age) : Optional.of(Contended.unknown());
    }

    /** Returns nothing if its end has come. */
    private Optional<Contended> contended(LockDocument lock, long ageNanos) {
        long freeAt = Tolerance.freeAtMillis(lock.expiresAtMillis());
        long freeIn = freeAt - takenAsOfMillis - TimeUnit.NANOSECONDS.toMillis(ageNanos);
        return freeIn > 0
                ? Optional.of(Contended.until(Instant.ofEpochMilli(freeAt), Duration.ofMillis(freeIn)))
                : Optional.empty();
    }

    synchronized boolean isSeenFree() {
        return state == State.FREE;
    }

    /** Called after an attempt that was answered. */
    synchronized void answered(Waiting one, AcquireResult result, boolean wasSeenFree) {
        long now = System.nanoTime();
        if (result instanceof Acquired) {
            one.served = true;
            rivalry.served(one.turnsOfOthers);
            if (wasSeenFree) {
                handOver.took(now - one.triesSinceNanos);
            }
            if (state == State.FREE) {
                // That is over, and will be heard.
                state = State.UNKNOWN;
                sinceNanos = now;
                plan++;
            }
        } else {
            listen();
            if (wasSeenFree) {
                rivalry.lost();
                if (one.slotsLeft > 0) {
                    handOver.wasTooShort();
                }
            }
        }
    }
}
