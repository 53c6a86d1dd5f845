package io.syncguard.redis.jedis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * Subscribes on a connection of a client that was handed in, and breaks that connection from outside. Used by one subscription, which
 * subscribes on one thread.
 */
final class HandedInSubscriber implements JedisSubscription.Subscriber {
    private final Connections connections;
    private @Nullable Thread thread;
    private @Nullable Connection connection;
    private boolean ended;

    /** Has a connection used on the calling thread, and takes care of it afterwards. */
    interface Connections {
        void lend(Borrower borrower);
    }

    /** Uses a connection for as long as it is subscribed. */
    interface Borrower {
        void use(Connection lent);
    }

    HandedInSubscriber(Connections connections) {
        this.connections = connections;
    }

    /** Returns what subscribes through a client. */
    static JedisSubscription.Subscriber of(UnifiedJedis client) {
        Pool<Connection> pool = JedisDifferences.pool(client);
        return new HandedInSubscriber(
                pool == null ? borrower -> borrow(client, borrower) : borrower -> open(pool, borrower));
    }

    /**
     * Opens a connection as the pool does, which is none of the pool's: guards that share a client must not take its last connections
     * for listening.
     */
    private static void open(Pool<Connection> pool, Borrower borrower) {
        if (pool.isClosed()) {
            throw new JedisException("the client was closed");
        }
        try (Connection opened = OpenConnection.by(pool.getFactory()).connection()) {
            borrower.use(opened);
        }
    }

    /** Takes one of the client's connections for itself, as a call does. The client shows it to nobody but a call. */
    private static void borrow(UnifiedJedis client, Borrower borrower) {
        CommandObject<Object> neverSent =
                new CommandObject<>(new CommandArguments(Command.PING), BuilderFactory.RAW_OBJECT);
        var unused = JedisDifferences.execute(client, neverSent, lent -> {
            try {
                borrower.use(lent);
            } catch (JedisException e) {
                // Not as it is: the client would begin again, or take its server for dead.
                throw new JedisException("the subscription broke", e);
            }
            throw new JedisException("the subscription ended");
        });
    }

    @Override
    public void subscribe(BinaryJedisPubSub to, byte[] channel) {
        begin();
        try {
            connections.lend(lent -> {
                use(lent);
                try {
                    to.proceed(lent, channel);
                } finally {
                    // Nobody else is to have it: confirmations of what was asked last may still come.
                    lent.setBroken();
                }
            });
        } finally {
            forget();
        }
    }

    private synchronized void begin() {
        thread = Thread.currentThread();
    }

    private synchronized void use(Connection lent) {
        if (ended) {
            throw new JedisException("ended while the connection was opened");
        }
        connection = lent;
        thread = null;
    }

    private synchronized void forget() {
        connection = null;
        thread = null;
    }

    @Override
    public synchronized void cut() {
        if (connection != null) {
            try {
                JedisDifferences.disconnect(connection);
            } catch (IOException e) {
                // Closed or as good as closed.
            }
        } else if (thread != null) {
            // It waits for a connection of the client's, or for the server to accept one.
            thread.interrupt();
        }
    }

    @Override
    public synchronized void end() {
        ended = true;
        cut();
    }
}
