package io.syncguard.internal.observe;

import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockKey;
import io.syncguard.LockLabel;
import io.syncguard.LockObserver;
import io.syncguard.LockOperation;
import io.syncguard.spi.GuardClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Those who are told of operations and held locks: the listener, the application's observers, and the flight recorder. Thread-safe. */
public final class Observers {
    private final String backend;
    private final @Nullable EventDispatcher listener;
    private final boolean showsKeys;
    private final GuardClock clock;
    private final Predicate<Runnable> background;
    private final @Nullable FlightRecorder recorder = FlightRecorder.ofThisJvm();
    private final @Nullable LockObserver given;
    private final @Nullable LockObserver givenAndRecorder;
    private final LongAdder dropped = new LongAdder();

    /**
     * @param backend the backend's name
     * @param listener null if nothing listens
     * @param given the application's observers
     * @param showsKeys whether those who are told receive raw keys
     * @param clock measures how long operations take
     * @param background calls observers where they delay no heartbeat, unless too many such calls are waiting
     */
    public Observers(
            String backend,
            @Nullable EventDispatcher listener,
            List<LockObserver> given,
            boolean showsKeys,
            GuardClock clock,
            Predicate<Runnable> background) {
        this.background = background;
        this.backend = backend;
        this.listener = listener;
        this.showsKeys = showsKeys;
        this.clock = clock;
        this.given = given.isEmpty() ? null : new SeveralObservers(given);
        this.givenAndRecorder = this.given == null || recorder == null
                ? this.given
                : new SeveralObservers(List.of(recorder, this.given));
    }

    /** Returns an operation that begins; null if nobody wants to know. */
    public @Nullable RunningOperation begins(LockOperation operation, Origin origin, LockSubject subject) {
        LockObserver told = wanting(recorder != null && recorder.wants(operation, origin));
        if (told == null && listener == null) {
            return null;
        }
        return new RunningOperation(this, told, operation, origin, subject);
    }

    private @Nullable LockObserver wanting(boolean recorded) {
        if (recorded) {
            return given == null ? recorder : givenAndRecorder;
        }
        return given;
    }

    /** Tells of a call that was refused before any request was made. */
    public void refused(LockOperation operation, LockSubject subject, LockException failure) {
        RunningOperation refused = begins(operation, Origin.CALLER, subject);
        if (refused != null) {
            refused.ended(Outcome.FAILED, failure, 0, null);
        }
    }

    /** Tells of a beat that began late. Does not wait for anybody. */
    public void heartbeatLate(HeldSubject lock, long lateNanos) {
        LockObserver told = wanting(recorder != null && recorder.wantsLateHeartbeats());
        if (told != null) {
            LockLabel label = label(lock);
            inBackground(() -> told.heartbeatLate(backend, label, Duration.ofNanos(lateNanos)));
        }
    }

    /**
     * Calls an observer on another thread: the one that sends or confirms heartbeats waits for none. If observers are too slow, drops
     * the call and counts it.
     */
    void inBackground(Runnable call) {
        boolean accepted = background.test(() -> {
            tellDropped();
            call.run();
        });
        if (!accepted) {
            dropped.increment();
        }
    }

    private void tellDropped() {
        long missed = dropped.sumThenReset();
        if (missed > 0 && given != null) {
            given.eventsDropped(missed);
        }
    }

    String backend() {
        return backend;
    }

    LockLabel label(HeldSubject lock) {
        return new KeyLabel(lock.key(), lock.name(), showsKeys);
    }

    Optional<LockLabel> labelOf(LockSubject subject) {
        LockKey key = subject.key();
        return key == null ? Optional.empty() : Optional.of(new KeyLabel(key, subject.name(), showsKeys));
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    void tellListener(LockEvent event) {
        if (listener != null) {
            listener.tell(to -> to.operationEnded(event));
        }
    }

    static Optional<LockErrorCode> reason(@Nullable LockException failure) {
        return Optional.ofNullable(failure).map(LockException::code);
    }
}
