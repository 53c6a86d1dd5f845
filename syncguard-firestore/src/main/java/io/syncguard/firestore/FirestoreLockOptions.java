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
 *   <tr><td>{@link #withCollection collection}</td><td>{@code collection}</td><td>{@code locks}</td></tr>
 *   <tr><td>{@link #withHashedIds hashedIds}</td><td>{@code hashedIds}</td><td>false</td></tr>
 *   <tr><td>{@link #withRejectLongKeys rejectLongKeys}</td><td>{@code rejectLongKeys}</td><td>false</td></tr>
 *   <tr><td>{@link #withOperationTimeout operationTimeout}</td><td>{@code operationTimeoutMillis}</td><td>3 s</td></tr>
 *   <tr><td>{@link #withConnectTimeout connectTimeout}</td><td>{@code connectTimeoutMillis}</td><td>10 s</td></tr>
 *   <tr><td>{@link #withHandOverSlot handOverSlot}</td><td>{@code handOverSlotMillis}</td><td>200 ms</td></tr>
 *   <tr><td>{@link #withFenceRetention fenceRetention}</td><td>{@code fenceRetention}</td><td>for ever</td></tr>
 * </table>
 */
public final class FirestoreLockOptions {
    /** The names of these options as URI parameters. */
    public static final Set<String> URI_PARAMETERS = Set.of(
            "collection",
            "hashedIds",
            "rejectLongKeys",
            BackendTimeout.OPERATION.uriParameter(),
            BackendTimeout.CONNECT.uriParameter(),
            "handOverSlotMillis",
            FenceRetention.URI_PARAMETER);

    private static final Duration SHORTEST_SLOT = Duration.ofMillis(10);
    private static final Duration LONGEST_SLOT = Duration.ofSeconds(1);
    private static final int MOST_NAME_BYTES = 1_500;
    private static final String QUEUES = "_queues";
    private static final FirestoreLockOptions DEFAULTS = new FirestoreLockOptions(
            "locks",
            false,
            false,
            BackendTimeout.OPERATION.byDefault(),
            BackendTimeout.CONNECT.byDefault(),
            Duration.ofMillis(200),
            null);

    private final String collection;
    private final boolean hashedIds;
    private final boolean rejectLongKeys;
    private final Duration operationTimeout;
    private final Duration connectTimeout;
    private final Duration handOverSlot;
    private final @Nullable Duration fenceRetention;

    private FirestoreLockOptions(
            String collection,
            boolean hashedIds,
            boolean rejectLongKeys,
            Duration operationTimeout,
            Duration connectTimeout,
            Duration handOverSlot,
            @Nullable Duration fenceRetention) {
        checkName(collection);
        if (handOverSlot == null
                || handOverSlot.compareTo(SHORTEST_SLOT) < 0
                || handOverSlot.compareTo(LONGEST_SLOT) > 0) {
            throw LockException.invalidArgument("handOverSlot must be from 10 ms to 1 s, not " + handOverSlot);
        }
        this.collection = collection;
        this.hashedIds = hashedIds;
        this.rejectLongKeys = rejectLongKeys;
        this.operationTimeout = BackendTimeout.OPERATION.checked(operationTimeout);
        this.connectTimeout = BackendTimeout.CONNECT.checked(connectTimeout);
        this.handOverSlot = handOverSlot;
        this.fenceRetention = fenceRetention;
    }

    /** Checks a collection's path: one name, or several of an odd number with documents between. */
    private static void checkName(@Nullable String path) {
        if (path == null || path.isBlank()) {
            throw LockException.invalidArgument("collection must name a collection, such as locks");
        }
        String[] segments = path.split("/", -1);
        if (segments.length % 2 == 0) {
            throw LockException.invalidArgument(
                    "collection names a document, not a collection: its path has an even number of segments");
        }
        for (String segment : segments) {
            if (segment.isEmpty() || !DocumentIds.isAllowed(segment)) {
                throw LockException.invalidArgument(
                        "collection has a segment Firestore does not allow: empty, '.', '..',"
                                + " '__…__', with control characters or an unpaired surrogate, or longer than "
                                + MOST_NAME_BYTES + " bytes");
            }
        }
        checkQueues(segments[segments.length - 1]);
    }

    /** The queues of a collection's locks have a collection of their own, in which no locks must be. */
    private static void checkQueues(String name) {
        if (name.endsWith(QUEUES)) {
            throw LockException.invalidArgument("collection must not end with '" + QUEUES
                    + "': the queues of another collection's locks may be kept there");
        }
        if (!DocumentIds.isAllowed(name + QUEUES)) {
            throw LockException.invalidArgument("collection is too long: with '" + QUEUES
                    + "' at its end, as the queues' collection is called, it may have " + MOST_NAME_BYTES + " bytes");
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
                uri.flagOr("hashedIds", DEFAULTS.hashedIds),
                uri.flagOr("rejectLongKeys", DEFAULTS.rejectLongKeys),
                BackendTimeout.OPERATION.from(uri),
                BackendTimeout.CONNECT.from(uri),
                Duration.ofMillis(uri.numberOr("handOverSlotMillis", DEFAULTS.handOverSlot.toMillis())),
                FenceRetention.from(uri).orElse(null));
    }

    /**
     * Returns these options with another collection of lock documents. The {@linkplain #queueCollection() queues} are in a collection
     * beside it.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if the path is no collection's, ends with {@code _queues}, or is too long for the name
     *     of the queues' collection
     */
    @CheckReturnValue
    public FirestoreLockOptions withCollection(String collection) {
        return new FirestoreLockOptions(
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
    }

    /**
     * Returns these options, and whether documents have the hash of their key as id. Firestore keeps documents in the order of their ids, so
     * keys that are used in their order, such as numbers that are counted up or times, make one of its servers do all the work.
     * All processes must have the same value: with another one they use other documents.
     */
    @CheckReturnValue
    public FirestoreLockOptions withHashedIds(boolean hashedIds) {
        return new FirestoreLockOptions(
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
    }

    /** Returns these options, and whether a key above 512 bytes is refused instead of replaced by its hash (KEY-4). */
    @CheckReturnValue
    public FirestoreLockOptions withRejectLongKeys(boolean rejectLongKeys) {
        return new FirestoreLockOptions(
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
    }

    /**
     * Returns these options with another operation timeout: the longest any operation takes once Firestore has answered the backend (OPT-2).
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 ms to 1 hour
     */
    @CheckReturnValue
    public FirestoreLockOptions withOperationTimeout(Duration operationTimeout) {
        return new FirestoreLockOptions(
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
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
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
    }

    /**
     * Returns these options with another slot: how long a waiting process that was told of a release may take before the next one tries
     * (WAI-5). It should be longer than hearing of the release and acquiring the lock usually take together, so that is some round trips.
     * A database that is far away or in several regions needs more than the default.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 10 ms to 1 s
     */
    @CheckReturnValue
    public FirestoreLockOptions withHandOverSlot(Duration handOverSlot) {
        return new FirestoreLockOptions(
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
    }

    /**
     * Returns these options with a retention for documents of unused keys (FEN-4). Each write then sets a field {@code sweepAt}: the end of
     * the lock plus the retention. A TTL policy of Firestore's on the collection deletes the document after that time, and with it the
     * key's fence counter. Without such a policy, and without this option, documents stay for ever. Tokens rise without counters too,
     * unless Firestore's clock goes back.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it is not from 1 day to 36,500 days
     */
    @CheckReturnValue
    public FirestoreLockOptions withFenceRetention(Duration fenceRetention) {
        return new FirestoreLockOptions(
                collection,
                hashedIds,
                rejectLongKeys,
                operationTimeout,
                connectTimeout,
                handOverSlot,
                FenceRetention.checked(fenceRetention));
    }

    /** Returns the collection of lock documents. */
    public String collection() {
        return collection;
    }

    /** Returns the collection of the queues of those locks: the same path with {@code _queues} at its end. */
    public String queueCollection() {
        return collection + QUEUES;
    }

    /** Returns whether documents have the hash of their key as id. */
    public boolean hashedIds() {
        return hashedIds;
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

    /** Returns how long a waiting process that was told of a release may take before the next one tries. */
    public Duration handOverSlot() {
        return handOverSlot;
    }

    /** Returns how long the document of an unused key stays; empty if for ever. */
    public Optional<Duration> fenceRetention() {
        return Optional.ofNullable(fenceRetention);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FirestoreLockOptions that
                && collection.equals(that.collection)
                && hashedIds == that.hashedIds
                && rejectLongKeys == that.rejectLongKeys
                && operationTimeout.equals(that.operationTimeout)
                && connectTimeout.equals(that.connectTimeout)
                && handOverSlot.equals(that.handOverSlot)
                && Objects.equals(fenceRetention, that.fenceRetention);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                collection, hashedIds, rejectLongKeys, operationTimeout, connectTimeout, handOverSlot, fenceRetention);
    }

    @Override
    public String toString() {
        return "FirestoreLockOptions[collection=" + collection + ", hashedIds=" + hashedIds + ", rejectLongKeys="
                + rejectLongKeys
                + ", operationTimeout=" + operationTimeout + ", connectTimeout=" + connectTimeout
                + ", handOverSlot=" + handOverSlot + ", fenceRetention="
                + (fenceRetention == null ? "none" : fenceRetention) + ']';
    }
}
