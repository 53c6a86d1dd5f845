package io.syncguard.redis.jedis;

import io.syncguard.redis.common.ServerCheck;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** Asks a server through Jedis for settings to warn of. Stateless. */
final class JedisServerCheck {
    private JedisServerCheck() {}

    /** Asks, and logs warnings; says nothing if the server refuses to tell. Blocks. */
    static void run(JedisTransport transport) {
        try {
            String info = text(transport.command(new CommandArguments(Command.INFO)));
            if (info != null) {
                ServerCheck.warn(info, ServerCheck.needsSave(info) ? setting(transport, null, "save") : null);
            }
        } catch (RuntimeException refused) {
            // Locks work without it.
        }
    }

    /**
     * Returns a setting by {@code CONFIG GET}; null if the server has none of that name. Blocks.
     *
     * @param name leads to the server: in a cluster to the master that has its slot; null for any
     * @throws RuntimeException of Jedis' kinds if the server refuses to tell
     */
    static @Nullable String setting(JedisTransport transport, byte @Nullable [] name, String setting) {
        Object reply = transport.command(
                new RoutedArguments(Command.CONFIG, name).add("GET").add(setting));
        if (!(reply instanceof List<?> found) || found.isEmpty()) {
            return null;
        }
        // By the third version of the protocol it is a map.
        return found.get(0) instanceof Map.Entry<?, ?> entry
                ? text(entry.getValue())
                : found.size() == 2 ? text(found.get(1)) : null;
    }

    private static @Nullable String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
    }
}
