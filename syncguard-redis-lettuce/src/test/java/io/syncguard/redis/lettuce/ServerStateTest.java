package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ServerStateRules;
import io.syncguard.spi.LockBackend;
import java.util.Set;

/** What servers tell of themselves (RDS-30), asked through Lettuce. */
class ServerStateTest extends ServerStateRules {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }

    @Override
    protected Set<String> settings() {
        return Set.of();
    }
}
