package io.syncguard.spring.boot;

import io.syncguard.Backend;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.jedis.JedisLockBackend;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import redis.clients.jedis.UnifiedJedis;

/**
 * Opens Jedis backends that connect as the application does, on a client that is made like the application's: Spring Data shows nobody its
 * own. Closes the client at the end. Thread-safe.
 */
final class JedisBackendSource implements BackendSource, DisposableBean {
    private final Supplier<JedisServer> server;
    private final SyncGuardProperties properties;
    private final String description;
    private final boolean secondChoice;
    /** Held while the client is made or closed. */
    private final ReentrantLock changing = new ReentrantLock();

    private @Nullable UnifiedJedis client;

    private JedisBackendSource(
            Supplier<JedisServer> server, SyncGuardProperties properties, String description, boolean secondChoice) {
        this.server = server;
        this.properties = properties;
        this.description = description;
        this.secondChoice = secondChoice;
    }

    /** Returns a source of backends that connect as Spring Data's connection factory does. */
    static JedisBackendSource like(Supplier<JedisServer> factory, SyncGuardProperties properties) {
        return new JedisBackendSource(factory, properties, "the JedisConnectionFactory", false);
    }

    /** Returns a source of backends that connect to the Redis of the application, whatever client that uses itself. */
    static JedisBackendSource to(Supplier<JedisServer> redis, SyncGuardProperties properties) {
        return new JedisBackendSource(redis, properties, "the properties spring.data.redis.*", true);
    }

    @Override
    public BackendKind kind() {
        return BackendKind.JEDIS;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public boolean isSecondChoice() {
        return secondChoice;
    }

    @Override
    public Backend open() {
        JedisServer redis = server.get();
        return redis.address().map(this::at).orElseGet(() -> onClient(redis));
    }

    private Backend at(String address) {
        String uri = ConfiguredUri.withOptions(address, description, properties);
        return BackendOptions.opening(description, properties, () -> SyncGuard.openBackend(uri));
    }

    private int connections() {
        Integer set = properties.redis().maxConnections();
        return set == null
                ? ConnectionCount.POOL
                : BackendOptions.refusing("syncguard.redis.max-connections", set, () -> ConnectionCount.checked(set));
    }

    private Backend onClient(JedisServer redis) {
        RedisOptions options = RedisLockOptions.from(properties);
        int connections = connections();
        return BackendOptions.opening(
                description, properties, () -> JedisLockBackend.create(client(redis, options, connections), options));
    }

    private UnifiedJedis client(JedisServer redis, RedisOptions options, int connections) {
        changing.lock();
        try {
            UnifiedJedis known = client;
            if (known == null) {
                known = redis.client(options.connectTimeout(), connections);
                client = known;
            }
            return known;
        } finally {
            changing.unlock();
        }
    }

    @Override
    public void destroy() {
        changing.lock();
        try {
            if (client != null) {
                client.close();
                client = null;
            }
        } finally {
            changing.unlock();
        }
    }
}
