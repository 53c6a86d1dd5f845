package io.syncguard.redis.tests;

import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;

/**
 * Makes clients of Jedis in each version that the tests run with. They are compiled with the newest; before 7.2 clients have other
 * names. Stateless.
 */
public final class JedisClients {
    private static final String PACKAGE = "redis.clients.jedis.";
    private static final JedisClientConfig DEFAULT =
            DefaultJedisClientConfig.builder().build();

    private static final boolean NAMED = find("RedisClient").isPresent();

    private JedisClients() {}

    /** Only loaded where these clients are. */
    private static final class Named {
        static UnifiedJedis server(String uri) {
            return RedisClient.create(uri);
        }

        static UnifiedJedis server(HostAndPort server, JedisClientConfig config) {
            return RedisClient.builder()
                    .hostAndPort(server)
                    .clientConfig(config)
                    .build();
        }

        static UnifiedJedis cluster(Set<HostAndPort> nodes, JedisClientConfig config) {
            return RedisClusterClient.builder()
                    .nodes(nodes)
                    .clientConfig(config)
                    .build();
        }

        static UnifiedJedis sentinel(
                String master, JedisClientConfig config, Set<HostAndPort> sentinels, JedisClientConfig toSentinels) {
            return RedisSentinelClient.builder()
                    .masterName(master)
                    .clientConfig(config)
                    .sentinels(sentinels)
                    .sentinelClientConfig(toSentinels)
                    .build();
        }
    }

    /** Returns a client for one server, such as {@code redis://127.0.0.1:6379/3}. */
    public static UnifiedJedis create(String uri) {
        if (NAMED) {
            return Named.server(uri);
        }
        return former("JedisPooled", new Class<?>[] {URI.class}, URI.create(uri));
    }

    /** Returns a client for one server. */
    public static UnifiedJedis create(String host, int port) {
        return create(new HostAndPort(host, port));
    }

    /** Returns a client for one server. */
    public static UnifiedJedis create(HostAndPort server) {
        return create(server, DEFAULT);
    }

    /** Returns a client for one server. */
    public static UnifiedJedis create(HostAndPort server, JedisClientConfig config) {
        return NAMED ? Named.server(server, config) : formerServer(server, config);
    }

    /** Returns a client for one server, of the class for it before 7.2. */
    public static UnifiedJedis formerServer(HostAndPort server, JedisClientConfig config) {
        return former("JedisPooled", new Class<?>[] {HostAndPort.class, JedisClientConfig.class}, server, config);
    }

    /** Returns a client for a cluster. */
    public static UnifiedJedis cluster(Set<HostAndPort> nodes) {
        return cluster(nodes, DEFAULT);
    }

    /** Returns a client for a cluster. */
    public static UnifiedJedis cluster(Set<HostAndPort> nodes, JedisClientConfig config) {
        return NAMED ? Named.cluster(nodes, config) : formerCluster(nodes, config);
    }

    /** Returns a client for a cluster, of the class for it before 7.2. */
    public static UnifiedJedis formerCluster(Set<HostAndPort> nodes, JedisClientConfig config) {
        return former("JedisCluster", new Class<?>[] {Set.class, JedisClientConfig.class}, nodes, config);
    }

    /** Returns a client for a master that sentinels watch. */
    public static UnifiedJedis sentinel(
            String master, JedisClientConfig config, Set<HostAndPort> sentinels, JedisClientConfig toSentinels) {
        return NAMED
                ? Named.sentinel(master, config, sentinels, toSentinels)
                : formerSentinel(master, config, sentinels, toSentinels);
    }

    /** Returns a client for a master that sentinels watch, of the class for it before 7.2. */
    public static UnifiedJedis formerSentinel(
            String master, JedisClientConfig config, Set<HostAndPort> sentinels, JedisClientConfig toSentinels) {
        return former(
                "JedisSentineled",
                new Class<?>[] {String.class, JedisClientConfig.class, Set.class, JedisClientConfig.class},
                master,
                config,
                sentinels,
                toSentinels);
    }

    /** Has connections speak the second version of the protocol, as all did before 8 unless they were told otherwise. */
    public static DefaultJedisClientConfig.Builder resp2(DefaultJedisClientConfig.Builder config) {
        try {
            DefaultJedisClientConfig.Builder.class.getMethod("resp2").invoke(config);
        } catch (NoSuchMethodException e) {
            // They do.
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this version of Jedis has other clients", e);
        }
        return config;
    }

    /** Returns whether this version of Jedis has a client, such as {@code JedisPooled}. */
    public static boolean has(String client) {
        return find(client).isPresent();
    }

    private static Optional<Class<?>> find(String client) {
        try {
            return Optional.of(Class.forName(PACKAGE + client));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    private static UnifiedJedis former(String client, Class<?>[] parameters, Object... arguments) {
        try {
            return (UnifiedJedis)
                    find(client).orElseThrow().getConstructor(parameters).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new AssertionError(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this version of Jedis has other clients", e);
        }
    }
}
