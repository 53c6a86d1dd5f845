package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.HeldLock;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import io.syncguard.redis.common.RedisOptions;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.SharedRedis;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A client that was handed in, and that asks somebody for the password. */
public abstract class ChangingPasswords {
    private static final LockOptions PATIENT = LockOptions.defaults().withTimeout(Duration.ofSeconds(60));

    private final LimitedUser user = LimitedUser.create();

    /**
     * Returns a backend on a client of the test's, which asks the user for his password whenever it opens a connection.
     *
     * @param server where the server is
     */
    protected abstract LockBackend open(URI server, LimitedUser user, RedisOptions options);

    @Test
    @DisplayName("RDS-14 a password that changes is asked for again, also where one is told of releases")
    protected void changes() throws Exception {
        RedisOptions options = RedisOptions.defaults().withKeyPrefix(user.prefix());
        try (SyncGuard guard = SyncGuard.using(open(URI.create(SharedRedis.uri()), user, options))) {
            long before = handedOver(guard, options);

            user.changePassword();

            assertThat(handedOver(guard, options)).isGreaterThan(before);
        }
    }

    /** Has one wait for another, where he will be told of the release, and returns his fence. */
    private static long handedOver(SyncGuard guard, RedisOptions options) throws Exception {
        HeldLock first = guard.acquire("job", PATIENT);
        CompletableFuture<Long> second = CompletableFuture.supplyAsync(() -> {
            try (HeldLock lock = guard.acquire("job", PATIENT)) {
                return lock.fence().value();
            }
        });
        try (Jedis admin = new Jedis(URI.create(SharedRedis.uri()))) {
            Await.until("somebody waits who can be told", () -> admin.exists(options.keyPrefix() + ":wait:job"));
        }
        assertThat(first.release()).isTrue();
        return second.get(60, TimeUnit.SECONDS);
    }
}
