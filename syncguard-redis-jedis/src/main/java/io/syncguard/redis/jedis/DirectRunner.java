package io.syncguard.redis.jedis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.UnifiedJedis;

/**
 * Runs commands of our own client on the caller's thread, which costs no hand-over between threads. The watchdog can
 * end whatever such a call waits for, the opening of its connection included.
 */
final class DirectRunner implements CommandRunner {
    private final UnifiedJedis client;
    private final CallWatchdog watchdog;

    DirectRunner(UnifiedJedis client, CallWatchdog watchdog) {
        this.client = client;
        this.watchdog = watchdog;
    }

    @Override
    public @Nullable Object run(CommandObject<Object> command, InFlightCall call) {
        call.begin();
        watchdog.join(call);
        try {
            return client.executeCommand(command);
        } finally {
            watchdog.leave(call);
        }
    }

    /** Closes the client as well. */
    @Override
    public void close() {
        watchdog.close();
        client.close();
    }
}
