package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.redis.common.RedisFenceGuard;
import io.syncguard.redis.tests.GuardedValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Guarded values, met through Lettuce. */
class LettuceFenceGuardTest extends GuardedValues {
    private final List<RedisClient> clients = new ArrayList<>();

    @Override
    protected RedisFenceGuard open(String uri, Duration operationTimeout) {
        RedisClient client = RedisClient.create(uri);
        clients.add(client);
        return LettuceFenceGuard.create(client, operationTimeout);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::shutdown);
    }

    @Test
    @DisplayName("GRD-7, OPT-2 an operation timeout out of range is INVALID_ARGUMENT")
    void timeoutOutOfRange() {
        assertThatThrownBy(() -> LettuceFenceGuard.create(clients.get(0), Duration.ZERO))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}
