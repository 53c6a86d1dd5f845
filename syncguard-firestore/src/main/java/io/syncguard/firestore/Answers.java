package io.syncguard.firestore;

import io.syncguard.spi.CallDeadlines;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Whether Firestore answers a backend: sets the deadlines of its calls, and replaces a connection that has gone silent. Thread-safe. */
final class Answers {
    private static final long LONG_AGO_NANOS = TimeUnit.DAYS.toNanos(1);

    private final CallDeadlines deadlines;
    private final Runnable reconnect;
    private final AtomicLong triedNanos = new AtomicLong(System.nanoTime() - LONG_AGO_NANOS);
    private volatile long reconnectedNanos = triedNanos.get();
    private volatile boolean any;
    private volatile long lastNanos;

    /**
     * @param deadlines are told of the first answer
     * @param reconnect has the client open a new connection for the requests that follow, if it can, and call {@link #reconnected}. Does
     *     not block
     */
    Answers(CallDeadlines deadlines, Runnable reconnect) {
        this.deadlines = deadlines;
        this.reconnect = reconnect;
    }

    CallDeadlines deadlines() {
        return deadlines;
    }

    /** Returns whether there has been an answer yet. */
    boolean any() {
        return any;
    }

    /** Called with each answer. */
    void answered() {
        lastNanos = System.nanoTime();
        any = true;
        deadlines.connected();
    }

    /** Called when the connection has been replaced, before the requests that are under way on the old one end. */
    void reconnected() {
        long now = System.nanoTime();
        triedNanos.set(now);
        reconnectedNanos = now;
    }

    /** Returns whether the connection was replaced after a time. The replacement ends the requests that were under way. */
    boolean replacedSince(long nanos) {
        return reconnectedNanos - nanos > 0;
    }

    /**
     * Called when a call has had no answer for half of its time. Tries to reconnect if no other call had one either since it started, once in
     * an operation timeout at the most.
     */
    void noneSince(long startedNanos) {
        if (!any || lastNanos - startedNanos > 0) {
            return;
        }
        long now = System.nanoTime();
        long last = triedNanos.get();
        if (now - last >= deadlines.operationNanos() && triedNanos.compareAndSet(last, now)) {
            reconnect.run();
        }
    }
}
