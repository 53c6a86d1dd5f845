package io.syncguard.micrometer;

import io.micrometer.observation.Observation;
import io.syncguard.FenceToken;
import io.syncguard.HoldEvent;
import io.syncguard.LockEvent;
import io.syncguard.LockLabel;
import io.syncguard.LockOperation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes an operation, or a held lock, to those that observe it. Written by one thread at a time; what is known at the end is there
 * when the observation stops.
 */
public final class LockContext extends Observation.Context {
    private final String backend;
    private final @Nullable LockOperation operation;
    private final @Nullable LockLabel lock;
    private final @Nullable FenceToken fence;
    private volatile @Nullable LockEvent operationEnd;
    private volatile @Nullable HoldEvent holdEnd;

    private LockContext(
            String backend, @Nullable LockOperation operation, @Nullable LockLabel lock, @Nullable FenceToken fence) {
        this.backend = backend;
        this.operation = operation;
        this.lock = lock;
        this.fence = fence;
    }

    static LockContext ofOperation(String backend, LockOperation operation, Optional<LockLabel> lock) {
        return new LockContext(backend, operation, lock.orElse(null), null);
    }

    static LockContext ofHold(String backend, LockLabel lock, FenceToken fence) {
        return new LockContext(backend, null, lock, fence);
    }

    void ended(LockEvent event) {
        operationEnd = event;
    }

    void ended(HoldEvent event) {
        holdEnd = event;
    }

    /** Returns the name of the guard's backend, such as {@code redis-jedis}. */
    public String backend() {
        return backend;
    }

    /** Returns the operation that is observed; empty if it is a held lock. */
    public Optional<LockOperation> operation() {
        return Optional.ofNullable(operation);
    }

    /** Returns what stands for the lock; empty for a lookup by id and for a {@code ping}. */
    public Optional<LockLabel> lock() {
        return Optional.ofNullable(lock);
    }

    /** Returns the token of a lock that was granted; else empty. */
    public Optional<FenceToken> fence() {
        LockEvent end = operationEnd;
        return fence != null || end == null ? Optional.ofNullable(fence) : end.fence();
    }

    /** Returns how the operation ended; empty before that, and for a held lock. */
    public Optional<LockEvent> operationEnd() {
        return Optional.ofNullable(operationEnd);
    }

    /** Returns how the held lock ended; empty before that, and for an operation. */
    public Optional<HoldEvent> holdEnd() {
        return Optional.ofNullable(holdEnd);
    }
}
