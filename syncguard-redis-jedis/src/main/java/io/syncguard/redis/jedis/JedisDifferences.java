package io.syncguard.redis.jedis;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * The one place that knows in what the supported versions of Jedis differ. It looks once, when the class is initialized; ADR 28 has the
 * table. Stateless.
 */
final class JedisDifferences {
    /** What a client keeps its connections in. No version shows it to others than subclasses. */
    private static final @Nullable VarHandle PROVIDER = field(UnifiedJedis.class, "provider", ConnectionProvider.class);

    /** Jedis 8: a call shows its connection to a hook before it is sent. */
    static final boolean HAS_HOOKS = has(CommandObject.class, "withPreProcessHook", Consumer.class);

    /** Jedis 8: a connection asks for the third version of the protocol unless it is told not to. */
    private static final boolean ASKS_FOR_PROTOCOL =
            has(DefaultJedisClientConfig.Builder.class, "serverDefaultProtocol");

    /** Jedis 7: a connection can be broken without writing what is in its buffer. */
    private static final boolean HAS_FORCE_DISCONNECT = has(Connection.class, "forceDisconnect");

    private static final @Nullable VarHandle SOCKET =
            HAS_FORCE_DISCONNECT ? null : field(Connection.class, "socket", Socket.class);

    /** Clients of one pool: the first since 7.2, the second before 8. */
    private static final List<Class<?>> WITH_ONE_POOL = present("RedisClient", "JedisPooled");

    private JedisDifferences() {}

    /** What compiles against the newest version and may be missing. Each method is called only where it is not. */
    private static final class OnlyInNewer {
        private OnlyInNewer() {}

        static @Nullable Object execute(
                UnifiedJedis client, CommandObject<Object> command, Consumer<Connection> beforeSending) {
            return client.executeCommand(command.withPreProcessHook(beforeSending));
        }

        static void speakAsServer(DefaultJedisClientConfig.Builder config) {
            config.serverDefaultProtocol();
        }

        static void disconnect(Connection connection) throws IOException {
            connection.forceDisconnect();
        }
    }

    /** Returns what this class needs and Jedis does not have; null if nothing is missing. */
    static @Nullable String missing() {
        if (PROVIDER == null) {
            return "UnifiedJedis.provider";
        }
        return HAS_FORCE_DISCONNECT || SOCKET != null ? null : "Connection.forceDisconnect()";
    }

    /** Breaks a connection, also while another thread uses it, and sends nothing. */
    static void disconnect(Connection connection) throws IOException {
        if (HAS_FORCE_DISCONNECT) {
            OnlyInNewer.disconnect(connection);
            return;
        }
        connection.setBroken();
        Socket socket =
                (Socket) Objects.requireNonNull(SOCKET, "checked at start").get(connection);
        if (socket != null) {
            socket.close();
        }
    }

    /** Has a connection log in without asking for a version of the protocol. */
    static void speakAsServer(DefaultJedisClientConfig.Builder config) {
        if (ASKS_FOR_PROTOCOL) {
            OnlyInNewer.speakAsServer(config);
        }
    }

    /** Returns the pool of a client that has one, to one server; null for any other client. */
    static @Nullable Pool<Connection> pool(UnifiedJedis client) {
        return WITH_ONE_POOL.stream().anyMatch(each -> each.isInstance(client))
                        && provider(client) instanceof PooledConnectionProvider provider
                ? provider.getPool()
                : null;
    }

    /** Returns the pools of a client for a cluster; null for any other client. */
    static @Nullable ClusterConnectionProvider cluster(UnifiedJedis client) {
        return provider(client) instanceof ClusterConnectionProvider cluster ? cluster : null;
    }

    /** Returns where a client takes its connections from; null if it says nowhere. */
    static @Nullable ConnectionProvider provider(UnifiedJedis client) {
        return (ConnectionProvider)
                Objects.requireNonNull(PROVIDER, "checked at start").get(client);
    }

    /** Returns whether {@link #execute} can be used with a client. */
    static boolean showsConnections(UnifiedJedis client) {
        return HAS_HOOKS || provider(client) != null;
    }

    /**
     * Returns the reply to a command that a client sends over one of its connections. Blocks as the client does, and throws what it throws.
     *
     * @param beforeSending is shown the connection on the calling thread; if it throws, nothing is sent
     */
    static @Nullable Object execute(
            UnifiedJedis client, CommandObject<Object> command, Consumer<Connection> beforeSending) {
        if (HAS_HOOKS) {
            return OnlyInNewer.execute(client, command, beforeSending);
        }
        // As the client itself does, but for sending again, which the backend decides.
        ConnectionProvider provider = Objects.requireNonNull(provider(client), "refused when it was handed in");
        try (Connection lent = provider.getConnection(command.getArguments())) {
            beforeSending.accept(lent);
            return lent.executeCommand(command);
        }
    }

    private static @Nullable VarHandle field(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    private static boolean has(Class<?> owner, String method, Class<?>... parameters) {
        try {
            return owner.getMethod(method, parameters) != null;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static List<Class<?>> present(String... clients) {
        return Stream.of(clients)
                .<Class<?>>mapMulti((name, found) -> {
                    try {
                        found.accept(Class.forName(
                                UnifiedJedis.class.getPackageName() + "." + name,
                                false,
                                UnifiedJedis.class.getClassLoader()));
                    } catch (ClassNotFoundException e) {
                        // This version has no such client.
                    }
                })
                .toList();
    }
}
