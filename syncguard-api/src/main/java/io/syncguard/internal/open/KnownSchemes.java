package io.syncguard.internal.open;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The schemes of the backends that come with this library, and those of other libraries, for messages that say what to do. Stateless.
 */
final class KnownSchemes {
    private static final String GROUP = "io.syncguard:";
    private static final String JEDIS = GROUP + "syncguard-redis-jedis";
    private static final String LETTUCE = GROUP + "syncguard-redis-lettuce";
    private static final Map<String, String> ARTIFACTS = artifacts();
    private static final String SOCKET =
            "for a Unix socket, hand LettuceLockBackend.create a RedisClient that connects to it";
    private static final Map<String, String> OF_OTHER_LIBRARIES = Map.of(
            "redis-socket", SOCKET,
            "redis+socket", SOCKET,
            "redis+ssl", "write rediss://",
            "redis+tls", "write rediss://",
            "valkey", "write redis://",
            "valkeys", "write rediss://");

    private KnownSchemes() {}

    private static Map<String, String> artifacts() {
        Map<String, String> artifacts = new HashMap<>();
        for (String transport : List.of("redis", "rediss")) {
            for (String servers : List.of("", "-sentinel", "-cluster")) {
                String scheme = transport + servers;
                artifacts.put(scheme, JEDIS + " or " + LETTUCE);
                artifacts.put(scheme + "+jedis", JEDIS);
                artifacts.put(scheme + "+lettuce", LETTUCE);
            }
        }
        artifacts.put("firestore", GROUP + "syncguard-firestore");
        artifacts.put("memory", GROUP + "syncguard-memory");
        return Map.copyOf(artifacts);
    }

    /** Returns what to do about a URI that no backend opens. */
    static String fix(String scheme) {
        String artifacts = ARTIFACTS.get(scheme);
        if (artifacts != null) {
            return "add " + artifacts;
        }
        return OF_OTHER_LIBRARIES.getOrDefault(scheme, "check the scheme, or add the artifact that opens it");
    }
}
