package io.syncguard.bench.probe;

import io.syncguard.bench.redis.RedisMonitor;
import java.nio.charset.StandardCharsets;

/** Locks that lie in Redis and that nobody gives back. */
public final class LiveLocks {
    private static final String FILL = new String(ScriptFile.read("fill.lua"), StandardCharsets.UTF_8);

    /** So many by one call, so that the server is not silent for long. */
    private static final int AT_ONCE = 20_000;

    private LiveLocks() {}

    /** Removes everything from Redis and puts so many locks there. Blocks for some seconds where there are a million. */
    public static void put(int count, RedisMonitor monitor) {
        monitor.empty();
        for (int first = 0; first < count; first += AT_ONCE) {
            monitor.eval(FILL, Integer.toString(first), Integer.toString(Math.min(AT_ONCE, count - first)));
        }
    }
}
