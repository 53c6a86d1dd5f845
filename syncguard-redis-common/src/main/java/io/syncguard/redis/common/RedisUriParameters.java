package io.syncguard.redis.common;

import io.syncguard.LockException;
import io.syncguard.spi.BackendUri;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The parameters that a Redis URI may have, whichever client opens it. Stateless. */
public final class RedisUriParameters {
    private static final String OWN_CLIENT = "hand in a client that is configured so";
    private static final String ENCRYPTED_ONLY = "it is for encrypted connections: rediss://";
    private static final String SENTINEL_ONLY = "it is for sentinels: redis-sentinel://";

    /** What the URIs of Jedis and Lettuce know, or ours elsewhere, by name. */
    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("timeout", "operationTimeoutMillis says how long a call may take"),
            Map.entry("connectTimeout", "connectTimeoutMillis says how long the first connection may take"),
            Map.entry("database", "the database is the path, as in redis://host/0"),
            Map.entry("db", "the database is the path, as in redis://host/0"),
            Map.entry("ssl", "write rediss:// for encrypted connections"),
            Map.entry("tls", "write rediss:// for encrypted connections"),
            Map.entry("verifyPeer", "certificates and host names are always checked; for anything else " + OWN_CLIENT),
            Map.entry("protocol", OWN_CLIENT),
            Map.entry("libraryName", OWN_CLIENT),
            Map.entry("libraryVersion", OWN_CLIENT),
            Map.entry("sentinelMasterId", "the name of the master is the parameter master"),
            Map.entry("master", SENTINEL_ONLY),
            Map.entry("sentinelUser", SENTINEL_ONLY),
            Map.entry("sentinelPassword", SENTINEL_ONLY),
            Map.entry("trustStore", ENCRYPTED_ONLY),
            Map.entry("trustStorePassword", ENCRYPTED_ONLY),
            Map.entry("trustStoreType", ENCRYPTED_ONLY),
            Map.entry("keyStore", ENCRYPTED_ONLY),
            Map.entry("keyStorePassword", ENCRYPTED_ONLY),
            Map.entry("keyStoreType", ENCRYPTED_ONLY));

    private RedisUriParameters() {}

    /**
     * Checks that a URI has no others.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it has; says what to write instead, as far as that is known
     */
    public static void requireKnown(BackendUri uri) {
        Set<String> known = new TreeSet<>(RedisOptions.URI_PARAMETERS);
        known.add(ConnectionCount.URI_PARAMETER);
        known.addAll(RedisAddress.parameters(uri));
        ADVICE.forEach((name, advice) -> {
            if (uri.parameter(name).isPresent() && !known.contains(name)) {
                throw LockException.invalidArgument(
                        "'" + name + "' is no parameter of a " + uri.scheme() + " URI: " + advice);
            }
        });
        uri.requireKnownParameters(known);
    }
}
