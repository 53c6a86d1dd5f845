package io.syncguard.redis.jedis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** A command without a key that is for the server of a key's slot. */
final class RoutedArguments extends CommandArguments {
    private final List<Object> keys;

    /**
     * @param key what leads to the server, and is not sent; null for any server
     */
    RoutedArguments(Command command, byte @Nullable [] key) {
        super(command);
        this.keys = key == null ? List.of() : List.of(new Argument(key));
    }

    @Override
    public List<Object> getKeys() {
        return keys;
    }
}
