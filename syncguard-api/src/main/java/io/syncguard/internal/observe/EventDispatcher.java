package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockException;
import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.LockLabel;
import io.syncguard.LockListener;
import io.syncguard.LockOperation;
import io.syncguard.LostLock.Cause;
import io.syncguard.spi.DaemonThreads;
import io.syncguard.spi.GuardClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands events to a listener on a thread of its own, and drops events rather than wait for it (TEL-2). Thread-safe. */
public final class EventDispatcher implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(EventDispatcher.class.getName());
    private static final int MOST_WAITING = 10_000;
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 1;

    private final LockListener listener;
    private final boolean showsKeys;
    private final GuardClock clock;
    private final LongAdder dropped = new LongAdder();
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Thread caller;

    /**
     * Creates a dispatcher. Its thread is started by the first event.
     *
     * @param showsKeys whether the listener receives raw keys
     * @param clock measures how long operations take
     */
    public EventDispatcher(LockListener listener, boolean showsKeys, GuardClock clock) {
        this.listener = listener;
        this.clock = clock;
        this.showsKeys = showsKeys;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                DaemonThreads.named("syncguard-listener"),
                (event, full) -> dropped.increment());
        thread.allowCoreThreadTimeOut(true);
    }

    /** Calls the listener later. Does not block. */
    public void tell(Consumer<LockListener> event) {
        try {
            thread.execute(() -> call(event));
        } catch (OutOfMemoryError noThread) {
            dropped.increment();
        }
    }

    private void call(Consumer<LockListener> event) {
        caller = Thread.currentThread();
        try {
            long missed = dropped.sumThenReset();
            if (missed > 0) {
                listener.eventsDropped(missed);
            }
            event.accept(listener);
        } catch (Exception | Error e) {
            LOGGER.log(Level.WARNING, "the lock listener threw an exception; it is called again for later events", e);
        } finally {
            caller = null;
        }
    }

    /** Returns the present moment, for {@link #ended} to count from. */
    public long nanoTime() {
        return clock.nanoTime();
    }

    /** Tells of an operation that has ended, if the listener listens to that. */
    public void ended(
            LockOperation operation,
            Origin origin,
            Outcome outcome,
            @Nullable LockException failure,
            long startedNanos,
            int attempts,
            LockSubject subject,
            @Nullable FenceToken fence) {
        long nanos = clock.nanoTime() - startedNanos;
        long heldNanos = subject.heldNanos();
        Optional<LockErrorCode> reason = Optional.ofNullable(failure).map(LockException::code);
        // Fingerprints are hashes: made on the listener's thread.
        tell(to -> to.operationEnded(new EndedOperation(
                operation,
                origin,
                outcome,
                reason,
                Duration.ofNanos(nanos),
                attempts,
                Optional.ofNullable(subject.key()).map(key -> label(key, subject.name())),
                Optional.ofNullable(subject.id()).map(LockId::fingerprint),
                Optional.ofNullable(fence),
                heldNanos == LockSubject.NOT_HELD ? Optional.empty() : Optional.of(Duration.ofNanos(heldNanos)))));
    }

    /** Tells of a call that was refused before any request was made, if the listener listens to that. */
    public void refused(LockOperation operation, LockSubject subject, LockException failure) {
        ended(operation, Origin.CALLER, Outcome.FAILED, failure, clock.nanoTime(), 0, subject, null);
    }

    /** Tells of a lock that was lost. */
    public void lost(HeldSubject lock, FenceToken fence, Cause cause) {
        Duration heldFor = Duration.ofNanos(lock.heldNanos());
        tell(to -> to.lockLost(
                new EndedLease(label(lock.key(), lock.name()), lock.id().fingerprint(), fence, cause, heldFor)));
    }

    /** Returns what stands for a lock. */
    public LockLabel label(LockKey key, @Nullable String name) {
        return new KeyLabel(key, name, showsKeys);
    }

    /** Lets the listener hear what is waiting for it, for a second at most. */
    @Override
    public void close() {
        thread.shutdown();
        if (caller == Thread.currentThread()) {
            // Closed by the listener itself, which receives the rest afterwards.
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.getQueue().clear();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
