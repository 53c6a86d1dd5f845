package io.syncguard.redis.tests;

import io.syncguard.LockEvent;
import io.syncguard.LockEvent.Origin;
import io.syncguard.LockEvent.Outcome;
import io.syncguard.LockListener;
import io.syncguard.LostLock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a guard's listener hears of heartbeats and losses. */
final class OutageLog implements LockListener {
    private final Map<String, Long> beats = new ConcurrentHashMap<>();
    private final Map<String, Long> losses = new ConcurrentHashMap<>();
    private final AtomicLong all = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();

    @Override
    public void operationEnded(LockEvent event) {
        if (event.origin() != Origin.HEARTBEAT) {
            return;
        }
        all.incrementAndGet();
        if (event.outcome() == Outcome.SUCCEEDED) {
            beats.merge(event.idFingerprint().orElseThrow(), 1L, Long::sum);
        } else {
            failures.incrementAndGet();
        }
    }

    @Override
    public void lockLost(LostLock lost) {
        losses.merge(lost.idFingerprint(), 1L, Long::sum);
    }

    @Override
    public void eventsDropped(long count) {
        missed.addAndGet(count);
    }

    /** Returns how often a holder's lock has been renewed. */
    long beats(Holder holder) {
        return beats.getOrDefault(holder.lock().id().fingerprint(), 0L);
    }

    /** Returns how many beats there were, failed ones too. */
    long allBeats() {
        return all.get();
    }

    long failures() {
        return failures.get();
    }

    long timesLost(Holder holder) {
        return losses.getOrDefault(holder.lock().id().fingerprint(), 0L);
    }

    long missed() {
        return missed.get();
    }
}
