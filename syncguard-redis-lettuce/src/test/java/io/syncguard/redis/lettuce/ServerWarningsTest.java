package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ServerWarnings;
import io.syncguard.spi.LockBackend;

/** What is said of a server's settings (RDS-12), asked for through Lettuce. */
class ServerWarningsTest extends ServerWarnings {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
