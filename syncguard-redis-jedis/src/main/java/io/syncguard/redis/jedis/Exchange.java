package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisErrors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** One request and its reply over a connection that is lent to a call. Stateless. */
final class Exchange {
    private Exchange() {}

    /**
     * Returns the reply. The watchdog can end it at any moment by cutting the connection.
     *
     * @param asking whether the server is to answer for a slot that is still on its way to it
     */
    static @Nullable Object on(OpenConnection lent, CommandArguments command, boolean asking, InFlightCall call) {
        Connection connection = lent.connection();
        call.claim(connection);
        lent.refreshLogin();
        boolean asksReplicas = call.send(connection, command, asking);
        try {
            if (asking) {
                readAsking(connection);
            }
            return connection.getOne();
        } catch (JedisDataException refused) {
            if (RedisErrors.isDemoted(refused.getMessage())) {
                // It was a master when the connection was opened, and is not to be asked again.
                connection.setBroken();
            }
            throw refused;
        } finally {
            if (asksReplicas && !connection.isBroken()) {
                call.readReplicas(connection);
            }
        }
    }

    /** Returns whether the server answers over a connection. The watchdog can cut it meanwhile. */
    static boolean isAnswered(OpenConnection lent, InFlightCall call) {
        Connection connection = lent.connection();
        call.claim(connection);
        try {
            call.sendPing(connection);
            var unused = connection.getOne();
            return true;
        } catch (JedisDataException refused) {
            return true;
        } catch (JedisConnectionException broken) {
            return false;
        }
    }

    /** A server that refuses it redirects the request, or answers it because the slot has arrived. */
    private static void readAsking(Connection connection) {
        try {
            var unused = connection.getOne();
        } catch (JedisDataException refused) {
            // The reply to the request says what became of that.
        }
    }
}
