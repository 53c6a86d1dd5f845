package io.syncguard.redis.jedis;

import io.syncguard.redis.common.Encryption;
import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.common.SentinelMaster;
import io.syncguard.spi.BackendUri.Server;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;

/**
 * How we connect to the server, or the sentinels, of a URI: where the watchdog ends no wait, the operation timeout bounds it
 * (OPT-2).
 */
final class OwnClient {
    private OwnClient() {}

    /** Returns what opens the connections for calls, on behalf of the watchdog's calls. */
    static ConnectionSource connections(RedisAddress address, RedisOptions options, CallWatchdog watchdog) {
        JedisClientConfig config = config(address, longest(options));
        NameLookups names = new NameLookups();
        return new OwnConnectionSource(
                new ConnectionFactory(
                        new CuttableSocketFactory(servers(address, options, names), config, watchdog, names), config),
                millis(options.operationTimeout()));
    }

    static int millis(Duration timeout) {
        return (int) timeout.toMillis();
    }

    /** Returns what subscribes on a connection of its own. */
    static OwnSubscriber subscriber(RedisAddress address, RedisOptions options) {
        return new OwnSubscriber(
                servers(address, options, new NameLookups()), config(address, options.operationTimeout()));
    }

    /** Returns the longest time that a call waits for a socket; the watchdog ends it in time. */
    static Duration longest(RedisOptions options) {
        return options.connectTimeout().compareTo(options.operationTimeout()) > 0
                ? options.connectTimeout()
                : options.operationTimeout();
    }

    private static ServerFinder servers(RedisAddress address, RedisOptions options, NameLookups names) {
        if (address.master().isEmpty()) {
            HostAndPort server = hostAndPort(address.server());
            return (within, opening) -> server;
        }
        SentinelMaster master = address.master().get();
        DefaultJedisClientConfig.Builder config = common(address, options.operationTimeout());
        master.user().ifPresent(config::user);
        master.password().ifPresent(config::password);
        return new Sentinels(
                address.servers().stream().map(OwnClient::hostAndPort).toList(), master.name(), config.build(), names);
    }

    private static HostAndPort hostAndPort(Server server) {
        return new HostAndPort(server.host(), server.port());
    }

    /** Returns how to connect to a server, and how long a socket is waited for at the most. */
    static JedisClientConfig config(RedisAddress address, Duration timeout) {
        DefaultJedisClientConfig.Builder config = common(address, timeout).database(address.database());
        address.user().ifPresent(config::user);
        address.password().ifPresent(config::password);
        address.clientName().ifPresent(config::clientName);
        return config.build();
    }

    /** What connections to sentinels have too. */
    private static DefaultJedisClientConfig.Builder common(RedisAddress address, Duration timeout) {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder().timeoutMillis(millis(timeout));
        // A connection that asks for a version logs in as the user "default", from whom a server without a password
        // takes any. A password alone it refuses.
        JedisDifferences.speakAsServer(config);
        address.encryption().ifPresent(encryption -> encrypt(config, sslOptions(encryption)));
        return config;
    }

    /** The connections of a cluster's pools too get their sockets in no other way than the deprecated one. */
    @SuppressWarnings("deprecation")
    private static void encrypt(DefaultJedisClientConfig.Builder config, SslOptions options) {
        SSLParameters hostIsChecked = new SSLParameters();
        hostIsChecked.setEndpointIdentificationAlgorithm("HTTPS");
        config.ssl(true).sslSocketFactory(new CuttableTlsSocketFactory(options)).sslParameters(hostIsChecked);
    }

    private static SslOptions sslOptions(Encryption encryption) {
        SslOptions.Builder options = SslOptions.builder();
        encryption.trusted().ifPresent(store -> options.trustStoreType(store.type())
                .truststore(store.file(), store.password()));
        encryption.client().ifPresent(store -> options.keyStoreType(store.type())
                .keystore(store.file(), store.password()));
        return options.build();
    }
}
