package io.syncguard.redis.tests;

import io.syncguard.LockException;
import io.syncguard.LockHandle;
import io.syncguard.SyncGuard;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers who take turns on one lock as fast as they can, and what they see of each other. Thread-safe. */
final class Shift {
    static final String KEY = "shared";
    static final Duration TTL = Duration.ofSeconds(30);

    private final SyncGuard guard;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger holdings = new AtomicInteger();
    private final Queue<Long> fences = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    Shift(SyncGuard guard) {
        this.guard = guard;
    }

    SyncGuard guard() {
        return guard;
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    void enter(LockHandle lock) {
        overlaps.addAndGet(inside.getAndIncrement());
        fences.add(lock.fence().value());
        holdings.incrementAndGet();
    }

    void leave() {
        inside.getAndDecrement();
    }

    /** Called with what failed: a cut connection is expected to leave outcomes unknown, and nothing else. */
    void failed(Throwable failure) {
        if (!LockException.within(failure).map(LockException::isOutcomeUnknown).orElse(false)) {
            surprises.add(String.valueOf(failure));
        }
    }

    void surprised(String by) {
        surprises.add(by);
    }

    /** Returns how often the lock has been held. */
    int holdings() {
        return holdings.get();
    }

    /** Returns how often one was inside while another was. */
    int overlaps() {
        return overlaps.get();
    }

    /** Returns the fences in the order of holding. */
    List<Long> fences() {
        return List.copyOf(fences);
    }

    /** Returns the failures that are none of a cut connection. */
    List<String> surprises() {
        return List.copyOf(surprises);
    }
}
