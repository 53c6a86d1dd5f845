package io.syncguard.redis.lettuce;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ReplicasAcknowledge;
import io.syncguard.spi.LockBackend;

/** Acknowledgement by replicas (RDS-15), through Lettuce. */
class ReplicasAcknowledgeTest extends ReplicasAcknowledge {
    @Override
    protected LockBackend open(String uri) {
        return new LettuceLockBackendProvider().open(PatientUri.parse(uri));
    }
}
