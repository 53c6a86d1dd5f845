package io.syncguard.examples.boot;

import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.redis.lettuce.LettuceLockBackendProvider;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;

/** The published suite runs on the JUnit that a Spring Boot manages, or on the lowest that it works with. */
class SuiteOnLettuceTest extends LockBackendConformance {
    @Override
    protected LockBackend createBackend() {
        return new LettuceLockBackendProvider().open(BackendUri.parse(SharedRedis.uri()));
    }
}
