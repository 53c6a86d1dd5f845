package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ShiftedClock;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A server whose clock is moved (FEN-1), met through Lettuce. */
class ShiftedClockTest extends ShiftedClock {
    private final List<RedisClient> clients = new ArrayList<>();

    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected RedisFencedValues values(String uri) {
        RedisClient client = RedisClient.create(uri);
        clients.add(client);
        return LettuceFencedValues.create(client);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::shutdown);
    }
}
