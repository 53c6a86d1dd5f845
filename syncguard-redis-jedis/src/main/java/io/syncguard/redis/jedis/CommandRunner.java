package io.syncguard.redis.jedis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;

/** Takes a command through Jedis within its call's time. Thread-safe. */
interface CommandRunner extends AutoCloseable {
    /**
     * Returns the reply, or throws what Jedis threw; {@link InFlightCall#ended()} says whether the call was ended from
     * outside. Blocks until the call's deadline at the latest. Sees to it that the call is told which connection was
     * chosen, before the command is sent.
     */
    @Nullable
    Object run(CommandObject<Object> command, InFlightCall call);

    /**
     * Called when a request was not answered in time: connections that were idle meanwhile may lead nowhere either. Does not block.
     */
    void fellSilent();

    /** Ends calls in flight and leaves no thread of ours. */
    @Override
    void close();
}
