package io.syncguard.redis.jedis;

import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/**
 * A connection of our own client, which tells a call that it was chosen for it. A hook of Jedis' does the same for clients that
 * were handed in, and makes half a dozen objects for each call.
 */
final class TellingConnection extends Connection {
    private TellingConnection(Connection.Builder builder) {
        super(builder);
    }

    /** Returns what makes them. */
    static Connection.Builder builder(JedisSocketFactory sockets, JedisClientConfig config) {
        return new Connection.Builder() {
            @Override
            protected Connection createConnection() {
                return new TellingConnection(this);
            }
        }.socketFactory(sockets).clientConfig(config);
    }

    @Override
    public <T> T executeCommand(CommandObject<T> command) {
        if (command.getBuilder() instanceof InFlightCall call) {
            call.accept(this);
        }
        return super.executeCommand(command);
    }
}
