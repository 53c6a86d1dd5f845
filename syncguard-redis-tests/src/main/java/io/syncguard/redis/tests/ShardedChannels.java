package io.syncguard.redis.tests;

import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** The channels by which waiters in a cluster are woken, which came with Redis 7.0 (CLU-5). Stateless. */
public final class ShardedChannels {
    private static final Set<String> COMMANDS = Set.of("+spublish", "+ssubscribe", "+sunsubscribe");

    private ShardedChannels() {}

    /** Skips the test if the servers have none. */
    public static void assume() {
        Assumptions.assumeTrue(
                areThere(),
                () -> "waiters in a cluster are woken from Redis 7.0 on; this is " + RedisTestServer.version());
    }

    static boolean areThere() {
        return !RedisTestServer.version().isBeforeRedis7();
    }

    /** Returns whether the servers know what a rule of a user is about. */
    static boolean know(String rule) {
        return areThere() || !COMMANDS.contains(rule);
    }

    /**
     * Returns a backend of a cluster as it is, or without what servers that have no such channels cannot do for it. Its rules are then
     * skipped, and all others checked.
     */
    public static LockBackend canWake(LockBackend backend) {
        return areThere()
                ? backend
                : (LockBackend) Proxy.newProxyInstance(
                        LockBackend.class.getClassLoader(),
                        new Class<?>[] {LockBackend.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("wakeUps")) {
                                return Optional.empty();
                            }
                            try {
                                return method.invoke(backend, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
    }
}
