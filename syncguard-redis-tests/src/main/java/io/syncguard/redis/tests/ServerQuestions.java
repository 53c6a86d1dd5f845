package io.syncguard.redis.tests;

import io.syncguard.SyncGuard;
import io.syncguard.testservers.RedisTestServer;
import redis.clients.jedis.Jedis;

/** What backends ask a server about its settings, each of them once and in the background (RDS-12). Stateless. */
public final class ServerQuestions {
    /** {@code CONFIG GET}, which Redis 6.2 counts together with everything that begins with its first word. */
    private static final String LAST =
            RedisTestServer.version().isBeforeRedis7() ? "cmdstat_config:calls=" : "cmdstat_config|get:calls=";

    private ServerQuestions() {}

    /** As {@link #await(RedisTestServer, int)}, and until a connection of the guard's is free, which the question may still have. */
    public static void await(RedisTestServer server, int backends, SyncGuard guard) {
        await(server, backends);
        // This call has another one, if so, and leaves it free.
        Await.connected(guard);
    }

    /** Waits until so many backends have asked a server, which then has nothing to do for them but what a test wants. */
    public static void await(RedisTestServer server, int backends) {
        Await.until("the settings were asked for", () -> asked(server) == Unasked.COUNT + backends);
    }

    private static int asked(RedisTestServer server) {
        try (Jedis admin = new Jedis("127.0.0.1", server.port())) {
            return admin.info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith(LAST))
                    .map(line -> Integer.parseInt(line.substring(LAST.length(), line.indexOf(','))))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** What a server counts that nobody has asked: Valkey 9 asks itself when it starts. */
    private static final class Unasked {
        static final int COUNT = count();

        private static int count() {
            try (RedisTestServer fresh = RedisTestServer.start()) {
                return asked(fresh);
            }
        }
    }
}
