package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisErrors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisDataException;

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
            CommandArguments question = call.question();
            if (question != null) {
                return executeAndAsk(command, call, question);
            }
        }
        try {
            return super.executeCommand(command);
        } catch (JedisDataException refused) {
            throw noted(refused);
        }
    }

    /** Whoever was a master when the connection was opened and is none any more is not to be asked again. */
    private JedisDataException noted(JedisDataException refused) {
        if (RedisErrors.isDemoted(refused.getMessage())) {
            setBroken();
        }
        return refused;
    }

    /** Sends both at once. */
    private <T> T executeAndAsk(CommandObject<T> command, InFlightCall call, CommandArguments question) {
        sendCommand(command.getArguments());
        sendCommand(question);
        Object reply;
        try {
            reply = getOne();
        } catch (JedisDataException refused) {
            call.readReplicas(this);
            throw noted(refused);
        }
        call.readReplicas(this);
        return command.getBuilder().build(reply);
    }
}
