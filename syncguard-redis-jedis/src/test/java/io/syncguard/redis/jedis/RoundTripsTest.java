package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.RoundTrips;
import io.syncguard.spi.LockBackend;

/** Round trips, met through Jedis. */
class RoundTripsTest extends RoundTrips {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
