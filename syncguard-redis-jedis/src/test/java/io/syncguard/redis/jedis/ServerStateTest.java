package io.syncguard.redis.jedis;

import io.syncguard.redis.common.RedisServerState;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ServerStateRules;
import io.syncguard.spi.LockBackend;
import java.util.Set;

/** What servers tell of themselves (RDS-30), asked through Jedis. */
class ServerStateTest extends ServerStateRules {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected Set<String> settings() {
        return RedisServerState.SETTINGS;
    }
}
