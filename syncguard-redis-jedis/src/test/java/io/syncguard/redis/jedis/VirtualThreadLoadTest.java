package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.VirtualThreadLoad;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.UnifiedJedis;

/** Very many virtual threads, through Jedis. */
class VirtualThreadLoadTest extends VirtualThreadLoad {
    private @Nullable UnifiedJedis client;

    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected LockBackend onClient(String uri, Duration operationTimeout) {
        client = JedisClients.create(uri);
        return JedisLockBackend.create(client, RedisOptions.defaults().withOperationTimeout(operationTimeout));
    }

    @AfterEach
    void closeClient() {
        if (client != null) {
            client.close();
        }
    }
}
