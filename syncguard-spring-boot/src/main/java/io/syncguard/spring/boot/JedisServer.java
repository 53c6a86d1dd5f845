package io.syncguard.spring.boot;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.data.redis.connection.NamedNode;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisCluster;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.JedisSentineled;
import redis.clients.jedis.UnifiedJedis;

/**
 * Where the application's Redis is, in the terms of Spring Data, and how to connect to it by Jedis.
 *
 * @param servers one server, sentinels or a cluster, with credentials and database
 * @param settings names, certificates and what the application changes of Jedis' own configuration
 */
@SuppressWarnings("deprecation") // Boot 4.0 has no other names for what Jedis 7.2 and Spring Data 4.1 deprecate.
record JedisServer(RedisConfiguration servers, JedisClientConfiguration settings) {
    private static final Duration BEYOND = Duration.ofSeconds(1);

    /** Returns the server of Spring Data's connection factory. */
    static JedisServer of(JedisConnectionFactory factory) {
        RedisConfiguration servers = factory.getClusterConfiguration();
        if (servers == null) {
            servers = factory.getSentinelConfiguration();
        }
        if (servers == null) {
            servers = factory.getStandaloneConfiguration();
        }
        if (servers == null) {
            throw new InvalidSyncGuardPropertiesException(
                    "the JedisConnectionFactory says neither a server nor sentinels nor a cluster",
                    "Set syncguard.uri.");
        }
        return new JedisServer(servers, factory.getClientConfiguration());
    }

    /**
     * Returns the server that Boot's own connection factories use.
     *
     * @param properties have what the details do not say
     */
    static JedisServer of(DataRedisConnectionDetails details, DataRedisProperties properties) {
        JedisClientConfiguration.JedisClientConfigurationBuilder settings = JedisClientConfiguration.builder();
        String name = properties.getClientName();
        if (name != null && !name.isEmpty()) {
            settings.clientName(name);
        }
        String url = properties.getUrl();
        if (url != null && url.startsWith("rediss:")) {
            settings.useSsl();
        }
        SslBundle bundle = details.getSslBundle();
        if (bundle != null) {
            SslOptions options = bundle.getOptions();
            SSLParameters parameters = new SSLParameters();
            parameters.setCipherSuites(options.getCiphers());
            parameters.setProtocols(options.getEnabledProtocols());
            settings.useSsl()
                    .sslSocketFactory(bundle.createSslContext().getSocketFactory())
                    .sslParameters(parameters);
        }
        return new JedisServer(servers(details), settings.build());
    }

    private static RedisConfiguration servers(DataRedisConnectionDetails details) {
        RedisPassword password = RedisPassword.of(details.getPassword());
        DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
        if (sentinel != null) {
            RedisSentinelConfiguration watched = new RedisSentinelConfiguration();
            watched.master(sentinel.getMaster());
            watched.setSentinels(nodes(sentinel.getNodes()));
            watched.setUsername(details.getUsername());
            watched.setPassword(password);
            watched.setSentinelUsername(sentinel.getUsername());
            watched.setSentinelPassword(RedisPassword.of(sentinel.getPassword()));
            watched.setDatabase(sentinel.getDatabase());
            return watched;
        }
        DataRedisConnectionDetails.Cluster cluster = details.getCluster();
        if (cluster != null) {
            RedisClusterConfiguration nodes = new RedisClusterConfiguration();
            nodes.setClusterNodes(nodes(cluster.getNodes()));
            nodes.setUsername(details.getUsername());
            nodes.setPassword(password);
            return nodes;
        }
        DataRedisConnectionDetails.Standalone one = details.getStandalone();
        if (one == null || details.getMasterReplica() != null) {
            throw new InvalidSyncGuardPropertiesException(
                    "spring.data.redis.masterreplica names a fixed master, which Jedis does not support",
                    "Set syncguard.uri to the address of the master, or use Sentinel.");
        }
        RedisStandaloneConfiguration server = new RedisStandaloneConfiguration(one.getHost(), one.getPort());
        server.setUsername(details.getUsername());
        server.setPassword(password);
        server.setDatabase(one.getDatabase());
        return server;
    }

    private static Set<RedisNode> nodes(Collection<DataRedisConnectionDetails.Node> nodes) {
        return nodes.stream()
                .map(each -> new RedisNode(each.host(), each.port()))
                .collect(Collectors.toSet());
    }

    /**
     * Returns the address by which a backend connects to sentinels with a client of its own, which asks them whenever it opens a connection;
     * Jedis' own keeps a thread for each of them, and hands its connections to nobody. Empty for a server or a cluster, and if the
     * application has certificates or a configuration of its own, which an address cannot say.
     */
    Optional<String> address() {
        if (!(servers instanceof RedisSentinelConfiguration sentinels)
                || settings.getSslSocketFactory().isPresent()
                || settings.getHostnameVerifier().isPresent()
                || settings.getSslParameters().isPresent()
                || settings.getCustomizer().isPresent()) {
            return Optional.empty();
        }
        StringBuilder address =
                new StringBuilder(settings.isUseSsl() ? "rediss" : "redis").append("-sentinel+jedis://");
        sentinels.getPassword().toOptional().map(String::new).ifPresent(password -> address.append(
                        ConfiguredUri.encoded(sentinels.getUsername() == null ? "" : sentinels.getUsername()))
                .append(':')
                .append(ConfiguredUri.encoded(password))
                .append('@'));
        address.append(sentinels.getSentinels().stream()
                .map(each -> each.getHost() + ":" + each.getPort())
                .collect(Collectors.joining(",")));
        address.append('/').append(sentinels.getDatabase());
        address.append("?master=").append(ConfiguredUri.encoded(master(sentinels)));
        String watcher = sentinels.getSentinelUsername();
        if (watcher != null && !watcher.isEmpty()) {
            address.append("&sentinelUser=").append(ConfiguredUri.encoded(watcher));
        }
        sentinels.getSentinelPassword().toOptional().map(String::new).ifPresent(password -> address.append(
                        "&sentinelPassword=")
                .append(ConfiguredUri.encoded(password)));
        settings.getClientName()
                .ifPresent(name -> address.append("&clientName=").append(ConfiguredUri.encoded(name)));
        return Optional.of(address.toString());
    }

    private static String master(RedisSentinelConfiguration sentinels) {
        NamedNode master = sentinels.getMaster();
        return master == null || master.getName() == null ? "mymaster" : master.getName();
    }

    /**
     * Returns a new client, which the caller closes. One for a cluster or for sentinels asks them at once.
     *
     * @param connectTimeout how long the first connection may take
     * @param connections the most to each server
     */
    UnifiedJedis client(Duration connectTimeout, int connections) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        // Longer than the backend waits for the first connection, so that it and not Jedis says when a call has failed.
        int timeoutMillis = Math.toIntExact(connectTimeout.plus(BEYOND).toMillis());
        if (servers instanceof RedisClusterConfiguration cluster) {
            JedisClientConfig config = config(0, cluster.getUsername(), cluster.getPassword(), timeoutMillis);
            return new JedisCluster(
                    addresses(cluster.getClusterNodes()), config, JedisCluster.DEFAULT_MAX_ATTEMPTS, pool);
        }
        if (servers instanceof RedisSentinelConfiguration sentinels) {
            JedisClientConfig config =
                    config(sentinels.getDatabase(), sentinels.getUsername(), sentinels.getPassword(), timeoutMillis);
            JedisClientConfig watching =
                    config(0, sentinels.getSentinelUsername(), sentinels.getSentinelPassword(), timeoutMillis);
            return new JedisSentineled(master(sentinels), config, pool, addresses(sentinels.getSentinels()), watching);
        }
        RedisStandaloneConfiguration one = (RedisStandaloneConfiguration) servers;
        JedisClientConfig config = config(one.getDatabase(), one.getUsername(), one.getPassword(), timeoutMillis);
        HostAndPort address = new HostAndPort(one.getHostName(), one.getPort());
        return new JedisPooled(pool, address, config);
    }

    private static Set<HostAndPort> addresses(Iterable<RedisNode> nodes) {
        Set<HostAndPort> addresses = new LinkedHashSet<>();
        for (RedisNode node : nodes) {
            addresses.add(new HostAndPort(
                    String.valueOf(node.getHost()), node.getPort() == null ? RedisNode.DEFAULT_PORT : node.getPort()));
        }
        return addresses;
    }

    private JedisClientConfig config(
            int database, @Nullable String username, RedisPassword password, int timeoutMillis) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder();
        settings.getClientName().ifPresent(config::clientName);
        config.database(database);
        if (username != null && !username.isEmpty()) {
            config.user(username);
        }
        password.toOptional().map(String::new).ifPresent(config::password);
        if (settings.isUseSsl()) {
            config.ssl(true);
            settings.getSslSocketFactory().ifPresent(config::sslSocketFactory);
            settings.getHostnameVerifier().ifPresent(config::hostnameVerifier);
            settings.getSslParameters().ifPresent(config::sslParameters);
        }
        settings.getCustomizer().ifPresent(customizer -> customizer.customize(config));
        return config.connectionTimeoutMillis(timeoutMillis)
                .socketTimeoutMillis(timeoutMillis)
                .build();
    }
}
