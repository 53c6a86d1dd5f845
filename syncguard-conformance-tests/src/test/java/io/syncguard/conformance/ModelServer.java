package io.syncguard.conformance;

import io.syncguard.FenceToken;
import io.syncguard.LockId;
import io.syncguard.conformance.ModelWakeUps.ModelPlace;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the model keeps for all backends on it, and its clock. Guarded by its own monitor. */
final class ModelServer {
    /** One lock, with when its entry and the entry of its index vanish. */
    record Lock(String key, LockId id, FenceToken fence, long acquiredAt, long expiresAt) {}

    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();

    final Map<String, Lock> locks = new HashMap<>();
    final Map<String, String> index = new HashMap<>();
    final Map<String, Long> indexEnds = new HashMap<>();
    final Map<String, Long> fences = new HashMap<>();
    final Set<LockId> abandoned = new HashSet<>();
    final Map<String, Deque<ModelPlace>> waiting = new HashMap<>();

    long now() {
        return originMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - originNanos);
    }
}
