package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ServerWarnings;
import io.syncguard.spi.LockBackend;

/** What is said of a server's settings (RDS-12), asked for through Jedis. */
class ServerWarningsTest extends ServerWarnings {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
