package io.syncguard.spring.boot;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.Backend;
import io.syncguard.redis.common.ConnectionCount;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.lettuce.LettuceLockBackend;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Hands the client of Spring Data's connection factory to a Lettuce backend, which opens connections of its own with it. So address,
 * credentials, database, certificates and threads are those of the application.
 */
final class LettuceBackendSource implements BackendSource {
    private final LettuceConnectionFactory factory;
    private final SyncGuardProperties properties;
    private final boolean masterReplica;

    /**
     * @param masterReplica whether the factory has a fixed list of a master and its replicas
     */
    LettuceBackendSource(LettuceConnectionFactory factory, SyncGuardProperties properties, boolean masterReplica) {
        this.factory = factory;
        this.properties = properties;
        this.masterReplica = masterReplica;
    }

    @Override
    public BackendKind kind() {
        return BackendKind.LETTUCE;
    }

    @Override
    public String description() {
        return "the LettuceConnectionFactory";
    }

    @Override
    public int phase() {
        return factory.getPhase();
    }

    @Override
    public Backend open() {
        if (masterReplica) {
            throw new InvalidSyncGuardPropertiesException(
                    "spring.data.redis.masterreplica names a fixed master, whose client has no address that locks could be kept at",
                    "Set syncguard.uri to the address of the master, or use Sentinel.");
        }
        RedisOptions options = RedisLockOptions.from(properties);
        int connections = connections();
        if (!factory.isRunning()) {
            factory.start();
        }
        AbstractRedisClient client = factory.getRequiredNativeClient();
        if (client instanceof RedisClusterClient cluster) {
            if (properties.redis().maxConnections() != null) {
                throw new InvalidSyncGuardPropertiesException(
                        "syncguard.redis.max-connections has no effect on the client of a cluster, which has one connection to each master",
                        "Remove it, or set syncguard.uri.");
            }
            return BackendOptions.opening(description(), properties, () -> LettuceLockBackend.create(cluster, options));
        }
        return BackendOptions.opening(
                description(), properties, () -> LettuceLockBackend.create((RedisClient) client, options, connections));
    }

    private int connections() {
        Integer set = properties.redis().maxConnections();
        return set == null
                ? ConnectionCount.SHARED
                : BackendOptions.refusing("syncguard.redis.max-connections", set, () -> ConnectionCount.checked(set));
    }
}
