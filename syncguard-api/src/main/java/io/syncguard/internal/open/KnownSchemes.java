package io.syncguard.internal.open;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schemes of the backends that come with this library, for messages that name the artifact to add. Stateless. */
final class KnownSchemes {
    private static final String GROUP = "io.syncguard:";
    private static final String JEDIS = GROUP + "syncguard-redis-jedis";
    private static final String LETTUCE = GROUP + "syncguard-redis-lettuce";
    private static final Map<String, String> ARTIFACTS = artifacts();

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

    /** Returns the artifacts that open a scheme; null for a scheme of somebody else. */
    static @Nullable String artifactsOf(String scheme) {
        return ARTIFACTS.get(scheme);
    }
}
