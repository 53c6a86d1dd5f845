package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ServerFailures;
import io.syncguard.spi.LockBackend;

/** Failing servers, met through Lettuce. */
class ServerFailuresTest extends ServerFailures {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
