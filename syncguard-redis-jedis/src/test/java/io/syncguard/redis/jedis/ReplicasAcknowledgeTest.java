package io.syncguard.redis.jedis;

import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.ReplicasAcknowledge;
import io.syncguard.spi.LockBackend;

/** Acknowledgement by replicas (RDS-15), through Jedis. */
class ReplicasAcknowledgeTest extends ReplicasAcknowledge {
    @Override
    protected LockBackend open(String uri) {
        return new JedisLockBackendProvider().open(PatientUri.parse(uri));
    }
}
