package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas must have a lock before the acquire or extend of it has succeeded, and how long they may take (RDS-15).
 * Immutable and thread-safe.
 *
 * @param replicas from 1 to 1,000; 0 in {@link #NONE} alone
 * @param timeout at least 1 ms, and shorter than the operation timeout
 */
public record ReplicaAcks(int replicas, Duration timeout) {
    /** The master's word is enough. */
    public static final ReplicaAcks NONE = new ReplicaAcks(0, Duration.ZERO);

    /** Advice for the holder of a lock whose extension too few replicas have. */
    static final String FORMER_END = "count on its former end only";

    static final String REPLICAS_PARAMETER = "replicaAcks";
    static final String TIMEOUT_PARAMETER = "replicaAckTimeoutMillis";

    private static final int MOST = 1_000;
    private static final int DEFAULT_PART = 2;
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if one of them is out of range
     */
    public ReplicaAcks {
        boolean none = replicas == 0 && Duration.ZERO.equals(timeout);
        if (!none && (replicas < 1 || replicas > MOST)) {
            throw invalidReplicas(replicas);
        }
        if (!none && (timeout == null || timeout.compareTo(SHORTEST) < 0)) {
            throw invalidTimeout("the operation timeout", timeout);
        }
    }

    private static LockException invalidReplicas(long replicas) {
        return LockException.invalidArgument(
                REPLICAS_PARAMETER + " must be from 1 to " + MOST + " replicas, not " + replicas);
    }

    private static LockException invalidTimeout(String longest, @Nullable Duration timeout) {
        return LockException.invalidArgument("replicas may take from 1 ms to less than " + longest + " to acknowledge ("
                + TIMEOUT_PARAMETER + "), not " + timeout);
    }

    /**
     * Returns these if they leave time for the rest of an operation.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if they do not
     */
    ReplicaAcks within(Duration operationTimeout) {
        if (isWanted() && timeout.compareTo(operationTimeout) >= 0) {
            throw invalidTimeout("the operation timeout of " + operationTimeout, timeout);
        }
        return this;
    }

    /** Returns what a URI says; half of the operation timeout if it says nothing of time. */
    static ReplicaAcks from(BackendUri uri, Duration operationTimeout) {
        if (uri.parameter(REPLICAS_PARAMETER).isEmpty()) {
            if (uri.parameter(TIMEOUT_PARAMETER).isPresent()) {
                throw LockException.invalidArgument(
                        TIMEOUT_PARAMETER + " says how long replicas may take; how many of them"
                                + " have to acknowledge is said by " + REPLICAS_PARAMETER);
            }
            return NONE;
        }
        long millis = uri.numberOr(TIMEOUT_PARAMETER, operationTimeout.toMillis() / DEFAULT_PART);
        long replicas = uri.numberOr(REPLICAS_PARAMETER, 1);
        if (replicas < 1 || replicas > MOST) {
            throw invalidReplicas(replicas);
        }
        return new ReplicaAcks((int) replicas, Duration.ofMillis(millis));
    }

    /** Returns whether replicas are asked at all. */
    public boolean isWanted() {
        return replicas > 0;
    }
}
