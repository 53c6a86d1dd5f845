package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import redis.clients.jedis.RedisClient;

/** Guarded values, met through Jedis. */
class JedisFenceGuardTest extends GuardedValues {
    private final List<RedisClient> clients = new ArrayList<>();

    @Override
    protected RedisFenceGuard open(String uri, Duration operationTimeout) {
        RedisClient client = RedisClient.create(uri);
        clients.add(client);
        return JedisFenceGuard.create(client, operationTimeout);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::close);
    }

    @Test
    @DisplayName("GRD-7, OPT-2 an operation timeout out of range is INVALID_ARGUMENT")
    void timeoutOutOfRange() {
        assertThatThrownBy(() -> JedisFenceGuard.create(clients.get(0), Duration.ZERO))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}
