package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ShiftedClock;
import io.syncguard.spi.LockBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.UnifiedJedis;

/** A server whose clock is moved (FEN-1), met through Jedis. */
class ShiftedClockTest extends ShiftedClock {
    private final List<UnifiedJedis> clients = new ArrayList<>();

    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected RedisFencedValues values(String uri) {
        UnifiedJedis client = JedisClients.create(uri);
        clients.add(client);
        return JedisFencedValues.create(client);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(UnifiedJedis::close);
    }
}
