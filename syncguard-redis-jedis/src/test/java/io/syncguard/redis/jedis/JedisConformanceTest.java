package io.syncguard.redis.jedis;

import io.syncguard.LockKey;
import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.redis.tests.LimitedUser;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.RestartableRedis;
import io.syncguard.redis.tests.TestedVersions;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;

/** The Jedis backend, opened from its URI by a user who may do no more than the guide says, keeps the contract. */
class JedisConformanceTest extends LockBackendConformance {
    private static final LimitedUser USER = LimitedUser.create();

    private final String prefix = USER.prefix();

    @Override
    protected LockBackend createBackend() {
        return new JedisLockBackendProvider().open(PatientUri.parse(USER.uri(prefix)));
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return FaultyNetwork.to(SharedRedis.address(), (relay, timeout) -> new JedisLockBackendProvider()
                .open(PatientUri.parse(USER.uri(prefix, relay) + "&operationTimeoutMillis=" + timeout.toMillis())));
    }

    @Override
    protected RestartableServer startServer() {
        return RestartableRedis.forgetful((server, timeout) ->
                new JedisLockBackendProvider().open(BackendUri.parse(RestartableRedis.uri(server, timeout))));
    }

    @Override
    protected String addressForProcesses() {
        return PatientUri.of(USER.uri(prefix));
    }

    @Override
    protected List<String> testedWith() {
        return TestedVersions.of("Jedis", "redis.clients", "jedis");
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        try (UnifiedJedis raw = JedisClients.create(SharedRedis.uri())) {
            raw.set(prefix + ":fence:" + key.value(), Long.toString(value));
        }
    }
}
