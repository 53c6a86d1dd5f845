package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.redis.common.FencedValue;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.tests.ClusterGroup;
import io.syncguard.redis.tests.FencedValueRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Guarded values, met through Lettuce. */
class LettuceFencedValuesTest extends FencedValueRules {
    private final List<RedisClient> clients = new ArrayList<>();

    @Override
    protected RedisFencedValues open(String uri, Duration operationTimeout) {
        RedisClient client = RedisClient.create(uri);
        clients.add(client);
        return LettuceFencedValues.create(client, operationTimeout);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(RedisClient::shutdown);
    }

    @Test
    @DisplayName("GRD-4 a fenced value is one key, and works on a cluster, wherever it is")
    void cluster() {
        try (ClusterGroup group = new ClusterGroup()) {
            RedisClusterClient client = RedisClusterClient.create(RedisURI.create("127.0.0.1", group.firstPort()));
            try (RedisFencedValues guard = LettuceFencedValues.create(client)) {
                for (int i = 0; i < 50; i++) {
                    String key = "value-" + i;
                    assertThat(guard.set(key, "new", new FenceToken(5))).isTrue();
                    assertThat(guard.set(key, "late", new FenceToken(4))).isFalse();
                    assertThat(guard.get(key)).contains(new FencedValue("new", new FenceToken(5)));
                }
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    @DisplayName("GRD-7, OPT-2 an operation timeout out of range is INVALID_ARGUMENT")
    void timeoutOutOfRange() {
        assertThatThrownBy(() -> LettuceFencedValues.create(clients.get(0), Duration.ZERO))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}
