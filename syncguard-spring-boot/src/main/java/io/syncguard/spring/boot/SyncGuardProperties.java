package io.syncguard.spring.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code syncguard.*}. What is not set keeps the default of the library.
 *
 * @param enabled Whether the application gets a SyncGuard. With false nothing is configured, checked or connected.
 * @param uri Address of the lock server, such as redis://localhost:6379, redis-sentinel://host,host?master=mymaster, rediss-cluster://host,host,
 *     firestore://project or memory:. Its parameters are options of the backend. Without it, locks are kept through the connection that the
 *     application has.
 * @param username User for Redis, if it is not part of the address. Needs a password.
 * @param password Password for Redis, if it is not part of the address.
 * @param backend Which of several connections of the application, or which client for a redis address, keeps the locks.
 * @param operationTimeout Longest time that one call to the server takes, once there has been a connection. 3 seconds unless set.
 * @param connectTimeout How much longer a call may take while the first connection is opened. 10 seconds unless set.
 * @param rejectLongKeys Whether keys above 512 bytes are refused instead of stored by their hash. False unless set.
 * @param fenceRetention How long a fence counter stays that no acquire uses, at least a day. For ever unless set.
 * @param closeTimeout Longest time that closing takes to release the locks that are still held.
 * @param holder Label that is stored with each lock and says who holds it, for lookups, the locks endpoint and the command line.
 * @param showKeys Whether listeners and log lines receive raw keys instead of fingerprints. For keys without personal data.
 * @param redis Options of locks in Redis.
 * @param firestore Options of locks in Firestore.
 */
@ConfigurationProperties("syncguard")
record SyncGuardProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String uri,
        @Nullable String username,
        @Nullable String password,
        @Nullable BackendKind backend,
        @Nullable Duration operationTimeout,
        @Nullable Duration connectTimeout,
        @Nullable Boolean rejectLongKeys,
        @Nullable Duration fenceRetention,
        @DefaultValue("5s") Duration closeTimeout,
        @Nullable String holder,
        @DefaultValue("false") boolean showKeys,
        @DefaultValue Redis redis,
        @DefaultValue Firestore firestore) {

    /**
     * Options of locks in Redis.
     *
     * @param keyPrefix What all keys begin with. Use one for each application. The default is syncguard.
     * @param cleanupInIsLocked Whether a check of a lock may delete what is long dead. False unless set.
     * @param replicaAcks How many replicas must have a lock before it is granted. None unless set.
     * @param replicaAckTimeout How long the replicas may take. Half of the operation timeout unless set.
     * @param maxConnections Most connections to each server. Lettuce has 1 and Jedis 32 unless set.
     */
    record Redis(
            @Nullable String keyPrefix,
            @Nullable Boolean cleanupInIsLocked,
            @Nullable Integer replicaAcks,
            @Nullable Duration replicaAckTimeout,
            @Nullable Integer maxConnections) {
        /** Nothing is set. */
        static final Redis NONE = new Redis(null, null, null, null, null);
    }

    /**
     * Options of locks in Firestore.
     *
     * @param collection Where documents are kept. The default is locks.
     * @param hashedIds Whether documents have the hash of their key as id, for keys that count up. False unless set.
     * @param handOverSlot How long a waiter that was told of a release may take before the next one tries. 200 milliseconds unless set.
     */
    record Firestore(@Nullable String collection, @Nullable Boolean hashedIds, @Nullable Duration handOverSlot) {
        /** Nothing is set. */
        static final Firestore NONE = new Firestore(null, null, null);
    }

    /** Returns a text without the address and the credentials. */
    @Override
    public String toString() {
        return "SyncGuardProperties[enabled=" + enabled + ", backend=" + backend + ", holder=" + holder + "]";
    }
}
