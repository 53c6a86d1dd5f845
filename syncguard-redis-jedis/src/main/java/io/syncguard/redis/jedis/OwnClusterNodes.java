package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisAddress;
import io.syncguard.redis.common.RedisOptions;
import java.util.List;
import org.apache.commons.pool2.PooledObjectFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/** The nodes of the cluster that a URI names: each can be reached by its name alone. Thread-safe. */
final class OwnClusterNodes implements ClusterNodes {
    private final List<String> first;
    private final JedisClientConfig forCalls;
    private final JedisClientConfig forSubscriptions;
    private final CallWatchdog watchdog;
    private final NameLookups names = new NameLookups();

    OwnClusterNodes(RedisAddress address, RedisOptions options, CallWatchdog watchdog) {
        this.first = address.servers().stream()
                .map(node -> SlotOwners.named(node.host(), node.port(), ""))
                .toList();
        this.forCalls = OwnClient.config(address, OwnClient.longest(options));
        this.forSubscriptions = OwnClient.config(address, options.operationTimeout());
        this.watchdog = watchdog;
    }

    @Override
    public List<String> first() {
        return first;
    }

    @Override
    public ConnectionSource source(String node) {
        return new OwnConnectionSource(factory(node, forCalls), forSubscriptions.getSocketTimeoutMillis());
    }

    @Override
    public PooledObjectFactory<Connection> factory(String node) {
        return factory(node, forSubscriptions);
    }

    private PooledObjectFactory<Connection> factory(String node, JedisClientConfig config) {
        HostAndPort server = HostAndPort.from(node);
        return new ConnectionFactory(
                new CuttableSocketFactory((within, opening) -> server, config, watchdog, names), config);
    }

    @Override
    public void learn() {}

    @Override
    public boolean isClosed() {
        return false;
    }
}
