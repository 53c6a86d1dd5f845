package io.syncguard.internal.observe;

import io.syncguard.FenceToken;
import io.syncguard.LockKey;
import io.syncguard.LockLabel;
import io.syncguard.LockListener;
import io.syncguard.LockObserver;
import io.syncguard.LostLock.Cause;
import io.syncguard.spi.DaemonThreads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
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
    private final LockObserver observers;
    private final boolean showsKeys;
    private final LongAdder dropped = new LongAdder();
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Thread caller;

    /**
     * Creates a dispatcher. Its thread is started by the first event.
     *
     * @param observers are told too of events that are dropped
     * @param showsKeys whether the listener receives raw keys
     */
    public EventDispatcher(LockListener listener, List<LockObserver> observers, boolean showsKeys) {
        this.listener = listener;
        this.observers = new SeveralObservers(observers);
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
                observers.eventsDropped(missed);
                listener.eventsDropped(missed);
            }
            event.accept(listener);
        } catch (Exception | Error e) {
            LOGGER.log(Level.WARNING, "the lock listener threw an exception; it is called again for later events", e);
        } finally {
            caller = null;
        }
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
