package io.syncguard.spring.boot;

import io.syncguard.LockException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An option that is set by a property. The library knows options by their URI parameters, and its refusals name those. Immutable.
 *
 * @param property the name of the property
 * @param parameter the name of the URI parameter that means the same
 * @param value what it is set to
 */
record ConfiguredOption(String property, String parameter, Object value) {
    private static final String MILLIS = "Millis";

    /** Returns the options that are set. */
    static List<ConfiguredOption> in(SyncGuardProperties properties) {
        List<ConfiguredOption> set = new ArrayList<>();
        add(set, "syncguard.operation-timeout", "operationTimeoutMillis", properties.operationTimeout());
        add(set, "syncguard.connect-timeout", "connectTimeoutMillis", properties.connectTimeout());
        add(set, "syncguard.reject-long-keys", "rejectLongKeys", properties.rejectLongKeys());
        add(set, "syncguard.fence-retention", "fenceRetention", properties.fenceRetention());
        SyncGuardProperties.Redis redis = properties.redis();
        add(set, "syncguard.redis.key-prefix", "keyPrefix", redis.keyPrefix());
        add(set, "syncguard.redis.cleanup-in-is-locked", "cleanupInIsLocked", redis.cleanupInIsLocked());
        add(set, "syncguard.redis.replica-acks", "replicaAcks", redis.replicaAcks());
        add(set, "syncguard.redis.replica-ack-timeout", "replicaAckTimeoutMillis", redis.replicaAckTimeout());
        add(set, "syncguard.redis.max-connections", "maxConnections", redis.maxConnections());
        SyncGuardProperties.Firestore firestore = properties.firestore();
        add(set, "syncguard.firestore.collection", "collection", firestore.collection());
        add(set, "syncguard.firestore.hashed-ids", "hashedIds", firestore.hashedIds());
        add(set, "syncguard.firestore.hand-over-slot", "handOverSlotMillis", firestore.handOverSlot());
        return List.copyOf(set);
    }

    private static void add(List<ConfiguredOption> set, String property, String parameter, @Nullable Object value) {
        if (value != null) {
            set.add(new ConfiguredOption(property, parameter, value));
        }
    }

    /**
     * Returns the option whose parameter a refusal names first; empty if it names none that is set by a property. For refusals by a server
     * or a client: one of an address may name any parameter as advice.
     */
    static Optional<ConfiguredOption> named(SyncGuardProperties properties, LockException refusal) {
        String reason = InvalidSyncGuardPropertiesException.reason(refusal);
        return in(properties).stream()
                .filter(option -> option.indexIn(reason) >= 0)
                .min(Comparator.comparingInt(option -> option.indexIn(reason)));
    }

    private int indexIn(String reason) {
        Matcher name = Pattern.compile("\\b" + parameter + "\\b").matcher(reason);
        return name.find() ? name.start() : -1;
    }

    /** Returns the value as it is written in a URI, before it is encoded. */
    String text() {
        return value instanceof Duration duration && parameter.endsWith(MILLIS)
                ? Long.toString(duration.toMillis())
                : String.valueOf(value);
    }
}
