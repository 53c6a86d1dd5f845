package io.syncguard.redis.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.FenceToken;
import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.redis.common.FencedValue;
import io.syncguard.redis.common.RedisFencedValues;
import io.syncguard.redis.tests.FencedValueRules;
import io.syncguard.redis.tests.JedisClients;
import io.syncguard.testservers.RedisTestCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.UnifiedJedis;

/** Guarded values, met through Jedis. */
class JedisFencedValuesTest extends FencedValueRules {
    private final List<UnifiedJedis> clients = new ArrayList<>();

    @Override
    protected RedisFencedValues open(String uri, Duration operationTimeout) {
        UnifiedJedis client = JedisClients.create(uri);
        clients.add(client);
        return JedisFencedValues.create(client, operationTimeout);
    }

    @AfterEach
    void closeClients() {
        clients.forEach(UnifiedJedis::close);
    }

    @Test
    @DisplayName("GRD-7, OPT-2 an operation timeout out of range is INVALID_ARGUMENT")
    void timeoutOutOfRange() {
        assertThatThrownBy(() -> JedisFencedValues.create(clients.get(0), Duration.ZERO))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }

    @Test
    @DisplayName("GRD-4 a fenced value is one key, and works on a cluster")
    void cluster() {
        try (RedisTestCluster cluster = RedisTestCluster.start(1, 0);
                UnifiedJedis client = JedisClients.cluster(Set.of(HostAndPort.from(cluster.addresses())));
                RedisFencedValues guard = JedisFencedValues.create(client)) {
            assertThat(guard.set("a", "x", new FenceToken(5))).isTrue();
            assertThat(guard.set("b", "y", new FenceToken(1))).isTrue();
            assertThat(guard.set("a", "late", new FenceToken(4))).isFalse();
            assertThat(guard.delete("b", new FenceToken(2))).isTrue();

            assertThat(guard.get("a")).contains(new FencedValue("x", new FenceToken(5)));
            assertThat(guard.get("b")).isEmpty();
        }
    }
}
