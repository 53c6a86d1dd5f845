package io.syncguard.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.syncguard.LockKey;
import io.syncguard.conformance.FaultyNetwork;
import io.syncguard.conformance.LockBackendConformance;
import io.syncguard.conformance.RestartableServer;
import io.syncguard.redis.tests.LimitedUser;
import io.syncguard.redis.tests.PatientUri;
import io.syncguard.redis.tests.RestartableRedis;
import io.syncguard.redis.tests.TestedVersions;
import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.util.List;

/** The Lettuce backend, opened from its URI by a user who may do no more than the guide says, keeps the contract. */
class LettuceConformanceTest extends LockBackendConformance {
    private static final LimitedUser USER = LimitedUser.create();

    private final String prefix = USER.prefix();

    @Override
    protected LockBackend createBackend() {
        return new LettuceLockBackendProvider().open(PatientUri.parse(USER.uri(prefix)));
    }

    @Override
    protected FaultyNetwork openFaultyNetwork() {
        return FaultyNetwork.to(SharedRedis.address(), (relay, timeout) -> new LettuceLockBackendProvider()
                .open(PatientUri.parse(USER.uri(prefix, relay) + "&operationTimeoutMillis=" + timeout.toMillis())));
    }

    @Override
    protected RestartableServer startServer() {
        return RestartableRedis.forgetful((server, timeout) ->
                new LettuceLockBackendProvider().open(BackendUri.parse(RestartableRedis.uri(server, timeout))));
    }

    @Override
    protected String addressForProcesses() {
        // The tests have Jedis on their class path, too.
        return PatientUri.of(USER.uri(prefix)).replaceFirst("redis:", "redis+lettuce:");
    }

    @Override
    protected List<String> testedWith() {
        return TestedVersions.of("Lettuce", "io.lettuce", "lettuce-core");
    }

    @Override
    protected void setFenceCounter(LockKey key, long value) {
        RedisClient client = RedisClient.create(SharedRedis.uri());
        try (StatefulRedisConnection<String, String> raw = client.connect()) {
            raw.sync().set(prefix + ":fence:" + key.value(), Long.toString(value));
        } finally {
            client.shutdown();
        }
    }
}
