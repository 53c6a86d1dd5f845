package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.conformance.ModelWakeUps.ModelPlace;
import io.syncguard.testsupport.Pause;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What the model keeps for all backends on it, and its clock. Guarded by its own monitor. */
final class ModelServer {
    /** One lock, with when its entry and the entry of its index vanish. */
    record Lock(String key, LockId id, FenceToken fence, long acquiredAt, long expiresAt) {}

    /** Longer than a tolerance and the ttl of any lock that a test has run out. */
    private static final long STALL_MILLIS = 1_500;

    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();

    final Map<String, Lock> locks = new HashMap<>();
    final Map<String, String> index = new HashMap<>();
    final Map<String, Long> indexEnds = new HashMap<>();
    final Map<String, Long> fences = new HashMap<>();
    final Set<LockId> abandoned = new HashSet<>();
    final Map<String, Deque<ModelPlace>> waiting = new HashMap<>();

    /** Which call on it takes longer than a tolerance to come, counted from 1; none by default. */
    volatile int stalledCall;

    private final AtomicInteger calls = new AtomicInteger();

    /** Called before each call is answered. */
    void stall() {
        if (calls.incrementAndGet() == stalledCall) {
            Pause.millis(STALL_MILLIS);
        }
    }

    /** Returns how many calls have come. */
    int calls() {
        return calls.get();
    }

    long now() {
        return originMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - originNanos);
    }
}
