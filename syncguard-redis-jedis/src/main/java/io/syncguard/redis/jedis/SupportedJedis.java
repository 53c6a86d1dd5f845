package io.syncguard.redis.jedis;

import io.syncguard.LockException;
import io.syncguard.redis.common.ClientLibrary;
import java.lang.invoke.MethodHandles;

/** Refuses a Jedis that lacks something this module calls, before anything is called (RDS-27). Looks once. Stateless. */
final class SupportedJedis {
    private static final ClientLibrary JEDIS = ClientLibrary.of(
            new ClientLibrary.Client(
                    "Jedis",
                    "redis.clients",
                    "jedis",
                    "redis.clients.jedis.Connection",
                    "6.0.0 to 8.x",
                    "6.0.0",
                    "8.0.2",
                    "jedis.version"),
            MethodHandles.lookup(),
            SupportedJedis.class.getResourceAsStream("jedis-members.txt"));

    private SupportedJedis() {}

    /**
     * Returns if the Jedis on the class path can be used.
     *
     * @throws LockException {@code INVALID_ARGUMENT} if it cannot; the message says which version was found, which ones are supported,
     *     and what to set
     */
    static void require() {
        JEDIS.require();
        String missing = JedisDifferences.missing();
        if (missing != null) {
            throw JEDIS.lacks(missing);
        }
    }
}
