package io.syncguard.firestore;

import io.syncguard.CheckReturnValue;
import io.syncguard.LockException;
import io.syncguard.spi.BackendTimeout;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.FenceRetention;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a Firestore backend keeps its locks. Immutable and thread-safe; each {@code with…} method returns a copy. Two options are equal if
 * all their values are.
 *
 * <table>
 *   <caption>Options, their URI parameters and their defaults</caption>
 *   <tr><th>option</th><th>URI parameter</th><th>default</th></tr>
 *   <tr><td>{@link #withCollections collection}</td><td>{@code collection}</td><td>{@code locks}</td></tr>
 *   <tr><td>{@link #withCollections fenceCollection}</td><td>{@code fenceCollection}</td><td>{@code fence_counters}</td></tr>
 *   <tr><td>{@link #withCleanupInIsLocked cleanupInIsLocked}</td><td>{@code cleanupInIsLocked}</td><td>false</td></tr>
 *   <tr><td>{@link #withRejectLongKeys rejectLongKeys}</td><td>{@code rejectLongKeys}</td><td>false</td></tr>
 *   <tr><td>{@link #withOperationTimeout operationTimeout}</td><td>{@code operationTimeoutMillis}</td><td>3 s</td></tr>
 *   <tr><td>{@link #withConnectTimeout connectTimeout}</td><td>{@code connectTimeoutMillis}</td><td>10 s</td></tr>
 *   <tr><td>{@link #withFenceRetention fenceRetention}</td><td>{@code fenceRetention}</td><td>for ever</td></tr>
 * </table>
 */
public final class FirestoreLockOptions {
    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS = Set.of(
            "collection",
            "fenceCollection",
            "cleanupInIsLocked",
            "rejectLongKeys",
            BackendTimeout.OPERATION.uriParameter(),
            BackendTimeout.CONNECT.uriParameter(),
            FenceRetention.URI_PARAMETER);

    private static final int MOST_NAME_BYTES = 1_500;
    private static final FirestoreLockOptions DEFAULTS = new FirestoreLockOptions(
            "locks",
            "fence_counters",
            false,
            false,
            BackendTimeout.OPERATION.byDefault(),
            BackendTimeout.CONNECT.byDefault(),
            null);

    private final String collection;
    private final String fenceCollection;
    private final boolean cleanupInIsLocked;
    private final boolean rejectLongKeys;
    private final Duration operationTimeout;
    private final Duration connectTimeout;
    private final @Nullable Duration fenceRetention;

    private FirestoreLockOptions(
            String collection,
            String fenceCollection,
            boolean cleanupInIsLocked,
            boolean rejectLongKeys,
            Duration operationTimeout,
            Duration connectTimeout,
            @Nullable Duration fenceRetention) {
        checkName("collection", collection);
        checkName("fenceCollection", fenceCollection);
        if (collection.equals(fenceCollection)) {
            throw LockException.invalidArgument("collection and fenceCollection must differ: a lock document that is"
                    + " swept must not take a counter with it");
        }
        this.collection = collection;
        this.fenceCollection = fenceCollection;
        this.cleanupInIsLocked = cleanupInIsLocked;
        this.rejectLongKeys = rejectLongKeys;
        this.operationTimeout = BackendTimeout.OPERATION.checked(operationTimeout);
        this.connectTimeout = BackendTimeout.CONNECT.checked(connectTimeout);
        this.fenceRetention = fenceRetention;
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

    /** Returns the default of each option. */
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
                BackendTimeout.OPERATION.from(uri),
                BackendTimeout.CONNECT.from(uri),
                FenceRetention.from(uri).orElse(null));
    }

    /**
     * Returns these options with other collections, one of lock documents and one of fence counters.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if a name is no collection's, or both are the same
     */
    @CheckReturnValue
    public FirestoreLockOptions withCollections(String collection, String fenceCollection) {
        return new FirestoreLockOptions(
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                fenceRetention);
    }

    /** Returns these options, and whether {@code isLocked} may delete a lock document that is long dead (CHK-1). */
    @CheckReturnValue
    public FirestoreLockOptions withCleanupInIsLocked(boolean cleanupInIsLocked) {
        return new FirestoreLockOptions(
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                fenceRetention);
    }

    /** Returns these options, and whether a key above 512 bytes is refused instead of replaced by its hash (KEY-4). */
    @CheckReturnValue
    public FirestoreLockOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new FirestoreLockOptions(
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                fenceRetention);
    }

    /**
     * Returns these options with another operation timeout: the longest any operation takes once Firestore has answered the backend (OPT-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public FirestoreLockOptions withOperationTimeout(Duration operationTimeout) {
        return new FirestoreLockOptions(
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                fenceRetention);
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
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                fenceRetention);
    }

    /**
     * Returns these options with a retention for fence counters (FEN-4). Each acquire then writes a field {@code sweepAt} to the counter:
     * the server's time plus the retention. A TTL policy of Firestore's on the fence collection deletes the counter after that time.
     * Without such a policy, and without this option, counters stay for ever. Tokens rise without counters too, unless Firestore's clock
     * goes back.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 day to 36,500 days
     */
    @CheckReturnValue
    public FirestoreLockOptions withFenceRetention(Duration fenceRetention) {
        return new FirestoreLockOptions(
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                FenceRetention.checked(fenceRetention));
    }

    /** Returns the collection of lock documents. */
    public String collection() {
        return collection;
    }

    /** Returns the collection of fence counters. */
    public String fenceCollection() {
        return fenceCollection;
    }

    /** Returns whether {@code isLocked} may delete a lock document that is long dead. */
    public boolean cleanupInIsLocked() {
        return cleanupInIsLocked;
    }

    /** Returns whether a key above 512 bytes is refused instead of replaced by its hash. */
    public boolean rejectLongKeys() {
        return rejectLongKeys;
    }

    /** Returns the longest any operation takes once Firestore has answered the backend. */
    public Duration operationTimeout() {
        return operationTimeout;
    }

    /** Returns the longest that Firestore's first answer takes. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns how long a fence counter stays after its last acquire; empty if for ever. */
    public Optional<Duration> fenceRetention() {
        return Optional.ofNullable(fenceRetention);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FirestoreLockOptions that
                && collection.equals(that.collection)
                && fenceCollection.equals(that.fenceCollection)
                && cleanupInIsLocked == that.cleanupInIsLocked
                && rejectLongKeys == that.rejectLongKeys
                && operationTimeout.equals(that.operationTimeout)
                && connectTimeout.equals(that.connectTimeout)
                && Objects.equals(fenceRetention, that.fenceRetention);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                collection,
                fenceCollection,
                cleanupInIsLocked,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                fenceRetention);
    }

    @Override
    public String toString() {
        return "FirestoreLockOptions[collection=" + collection + ", fenceCollection=" + fenceCollection
                + ", cleanupInIsLocked=" + cleanupInIsLocked + ", rejectLongKeys=" + rejectLongKeys
                + ", operationTimeout=" + operationTimeout + ", connectTimeout=" + connectTimeout
                + ", fenceRetention=" + (fenceRetention == null ? "none" : fenceRetention) + ']';
    }
}
