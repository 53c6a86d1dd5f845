package io.syncguard.firestore;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.ConnectTimeout;
import io.syncguard.spi.OperationTimeout;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a Firestore backend keeps its locks. Immutable and thread-safe; each {@code with…} answers a copy.
 *
 * @param collection the collection of lock documents; {@code locks} by default
 * @param fenceCollection the collection of fence counters, another one; {@code fence_counters} by default
 * @param cleanupInIsLocked whether {@code isLocked} may delete a lock document that is long dead; false by default (CHK-1)
 * @param rejectLongKeys whether a key above 512 bytes is refused instead of replaced by its hash; false by default
 *     (KEY-4)
 * @param operationTimeout the longest any operation takes once Firestore has answered the backend, from 1 ms to 1 hour; 3 s by default
 *     (OPT-2)
 * @param connectTimeout the longest that Firestore's first answer takes, for which a connection is opened, from 1 ms to 1 hour; 10 s by
 *     default (OPT-2)
 */
public record FirestoreLockOptions(
        String collection,
        String fenceCollection,
        boolean cleanupInIsLocked,
        boolean rejectLongKeys,
        Duration operationTimeout,
        Duration connectTimeout) {

    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS = Set.of(
            "collection",
            "fenceCollection",
            "cleanupInIsLocked",
            "rejectLongKeys",
            OperationTimeout.URI_PARAMETER,
            ConnectTimeout.URI_PARAMETER);

    private static final int MOST_NAME_BYTES = 1_500;
    private static final FirestoreLockOptions DEFAULTS = new FirestoreLockOptions(
            "locks", "fence_counters", false, false, OperationTimeout.DEFAULT, ConnectTimeout.DEFAULT);

    /**
     * @throws LockException {@code INVALID_ARGUMENT} if a name is no collection's, both are the same, or a timeout is
     *     out of range
     */
    public FirestoreLockOptions {
        checkName("collection", collection);
        checkName("fenceCollection", fenceCollection);
        if (collection.equals(fenceCollection)) {
            throw LockException.invalidArgument("collection and fenceCollection must differ: a lock document that is"
                    + " swept must not take a counter with it");
        }
        operationTimeout = OperationTimeout.checked(operationTimeout);
        connectTimeout = ConnectTimeout.checked(connectTimeout);
    }

    /** Checks a collection's path: one name, or several of an odd number with documents between. */
    private static void checkName(String option, @Nullable String path) {
        if (path == null || path.isBlank()) {
            throw LockException.invalidArgument(option + " must name a collection, such as locks");
        }
        String[] segments = path.split("/", -1);
        if (segments.length % 2 == 0) {
            throw LockException.invalidArgument(
                    option + " names a document, not a collection: its path has an even number of segments");
        }
        for (String segment : segments) {
            if (segment.isEmpty() || !DocumentIds.isAllowed(segment)) {
                throw LockException.invalidArgument(
                        option + " has a segment Firestore does not allow: empty, '.', '..',"
                                + " '__…__', with control characters or an unpaired surrogate, or longer than "
                                + MOST_NAME_BYTES + " bytes");
            }
        }
    }

    /** Returns collections {@code locks} and {@code fence_counters}, pure reads, long keys hashed, 3 seconds, and 10 for the first answer. */
    public static FirestoreLockOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the options a URI's parameters give, and defaults for the others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a value is invalid
     */
    public static FirestoreLockOptions from(BackendUri uri) {
        return new FirestoreLockOptions(
                uri.parameter("collection").orElse(DEFAULTS.collection),
                uri.parameter("fenceCollection").orElse(DEFAULTS.fenceCollection),
                uri.flagOr("cleanupInIsLocked", DEFAULTS.cleanupInIsLocked),
                uri.flagOr("rejectLongKeys", DEFAULTS.rejectLongKeys),
                OperationTimeout.from(uri),
                ConnectTimeout.from(uri));
    }

    /**
     * Returns these options with other collections.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a name is no collection's, or both are the same
     */
    @CheckReturnValue
    public FirestoreLockOptions withCollections(String collection, String fenceCollection) {
        return new FirestoreLockOptions(
                collection, fenceCollection, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout);
    }

    /** Returns these options with another choice of cleaning up in {@code isLocked}. */
    @CheckReturnValue
    public FirestoreLockOptions withCleanupInIsLocked(boolean cleanupInIsLocked) {
        return new FirestoreLockOptions(
                collection, fenceCollection, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout);
    }

    /** Returns these options with another choice of refusing long keys. */
    @CheckReturnValue
    public FirestoreLockOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new FirestoreLockOptions(
                collection, fenceCollection, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout);
    }

    /**
     * Returns these options with another operation timeout.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public FirestoreLockOptions withOperationTimeout(Duration operationTimeout) {
        return new FirestoreLockOptions(
                collection, fenceCollection, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout);
    }

    /**
     * Returns these options with another connect timeout. A call that starts before Firestore has answered the backend may take this and
     * the operation timeout together. Every other call takes the operation timeout at most.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public FirestoreLockOptions withConnectTimeout(Duration connectTimeout) {
        return new FirestoreLockOptions(
                collection, fenceCollection, cleanupInIsLocked, rejectLongKeys, operationTimeout, connectTimeout);
    }
}
