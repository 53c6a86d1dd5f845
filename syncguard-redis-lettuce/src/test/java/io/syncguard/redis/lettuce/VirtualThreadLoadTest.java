package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.VirtualThreadLoad;
import io.syncguard.spi.LockBackend;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Very many virtual threads, through Lettuce. */
class VirtualThreadLoadTest extends VirtualThreadLoad {
    private @Nullable RedisClient client;

    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected LockBackend onClient(String uri, Duration operationTimeout) {
        client = RedisClient.create(uri);
        return LettuceLockBackend.create(client, RedisOptions.defaults().withOperationTimeout(operationTimeout));
    }

    @AfterEach
    void shutDown() {
        if (client != null) {
            client.shutdown();
        }
    }
}
