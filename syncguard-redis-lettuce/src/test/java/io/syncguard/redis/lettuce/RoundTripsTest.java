package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.RoundTrips;
import io.syncguard.spi.LockBackend;

/** Round trips, met through Lettuce. */
class RoundTripsTest extends RoundTrips {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
