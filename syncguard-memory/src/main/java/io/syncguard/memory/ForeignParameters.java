package io.syncguard.memory;

import io.syncguard.LockException;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.FenceRetention;
import java.time.Duration;
import java.util.Set;

/**
 * The URI parameters of the Redis and Firestore backends that mean nothing in memory. Their values are checked all the same, so that a
 * test finds a mistake in an application's settings. Stateless.
 */
final class ForeignParameters {
    static final Set<String> NAMES = Set.of(
            BackendTimeout.CONNECT.uriParameter(),
            "maxConnections",
            "replicaAcks",
            "replicaAckTimeoutMillis",
            FenceRetention.URI_PARAMETER,
            "collection",
            "hashedIds",
            "handOverSlotMillis");

    private static final int MOST_CONNECTIONS = 10_000;
    private static final int MOST_REPLICAS = 1_000;
    private static final int SHORTEST_SLOT_MILLIS = 10;
    private static final int LONGEST_SLOT_MILLIS = 1_000;

    private ForeignParameters() {}

    /**
     * Checks their values.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if one is invalid
     */
    static void check(BackendUri uri, Duration operationTimeout) {
        var unused = BackendTimeout.CONNECT.from(uri);
        var unusedRetention = FenceRetention.from(uri);
        checkRange(uri, "maxConnections", MOST_CONNECTIONS);
        checkRange(uri, "replicaAcks", MOST_REPLICAS);
        checkReplicaTimeout(uri, operationTimeout);
        checkCollection(uri);
        var unusedHashedIds = uri.flagOr("hashedIds", false);
        checkSlot(uri);
    }

    private static void checkRange(BackendUri uri, String name, long most) {
        long value = uri.numberOr(name, 1);
        if (value < 1 || value > most) {
            throw LockException.invalidArgument(name + " must be from 1 to " + most + ", not " + value);
        }
    }

    private static void checkReplicaTimeout(BackendUri uri, Duration operationTimeout) {
        if (uri.parameter("replicaAckTimeoutMillis").isEmpty()) {
            return;
        }
        if (uri.parameter("replicaAcks").isEmpty()) {
            throw LockException.invalidArgument(
                    "replicaAckTimeoutMillis says how long replicas may take; how many of them"
                            + " have to acknowledge is said by replicaAcks");
        }
        long millis = uri.numberOr("replicaAckTimeoutMillis", 1);
        if (millis < 1 || millis >= operationTimeout.toMillis()) {
            throw LockException.invalidArgument("replicas may take from 1 ms to less than the operation timeout of "
                    + operationTimeout + " to acknowledge (replicaAckTimeoutMillis), not " + millis + " ms");
        }
    }

    /** What a path may consist of is for Firestore to say. */
    private static void checkCollection(BackendUri uri) {
        if (uri.parameter("collection").orElse("locks").isBlank()) {
            throw LockException.invalidArgument("collection must name a collection, such as locks");
        }
    }

    private static void checkSlot(BackendUri uri) {
        long millis = uri.numberOr("handOverSlotMillis", SHORTEST_SLOT_MILLIS);
        if (millis < SHORTEST_SLOT_MILLIS || millis > LONGEST_SLOT_MILLIS) {
            throw LockException.invalidArgument(
                    "handOverSlot must be from 10 ms to 1 s, not " + Duration.ofMillis(millis));
        }
    }
}
