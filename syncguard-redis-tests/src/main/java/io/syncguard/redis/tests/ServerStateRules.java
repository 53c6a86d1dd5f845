package io.syncguard.redis.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.syncguard.redis.common.RedisServerState;
import io.syncguard.spi.LockBackend;
import io.syncguard.testservers.RedisTestCluster;
import io.syncguard.testservers.RedisTestServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What servers tell of themselves. */
public abstract class ServerStateRules {
    /** Returns a backend opened by a URI, which the test closes. */
    protected abstract LockBackend open(String uri);

    /** Returns the settings that the client asks for. */
    protected abstract Set<String> settings();

    @Test
    @DisplayName(
            "RDS-30 a server tells its version, settings and clock, and a user who may do everything is refused nothing")
    protected void oneServer() {
        try (RedisTestServer server =
                        RedisTestServer.startDurable("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
                LockBackend backend = open(server.uri())) {
            List<RedisServerState> states = RedisServerState.of(backend);

            assertThat(states).hasSize(1);
            RedisServerState state = states.get(0);
            assertThat(state.field("redis_version")).isPresent();
            assertThat(state.field("tcp_port")).contains(Integer.toString(server.port()));
            assertThat(state.field("no_such_field")).isEmpty();
            assertThat(state.node()).isEmpty();
            assertThat(state.evictionWarning().orElse("")).contains("allkeys-lru");
            assertThat(state.persistenceWarning()).isEmpty();
            assertThat(state.settings()).containsOnlyKeys(settings());
            if (settings().contains("appendfsync")) {
                assertThat(state.settings()).containsEntry("appendfsync", "always");
            }
            assertThat(state.clockAhead().abs())
                    .isLessThanOrEqualTo(state.clockUncertainty().plus(Duration.ofSeconds(1)));
            if (!RedisTestServer.version().isBeforeRedis7()) {
                assertThat(state.refused()).contains(Set.of());
            }
        }
    }

    @Test
    @DisplayName("RDS-30 what a user may not do is named as in an ACL, and what it may not see is left out")
    protected void refused() {
        assumeFalse(RedisTestServer.version().isBeforeRedis7(), "Redis tells scripts of rights from 7.0 on");
        try (RedisTestServer server = RedisTestServer.start();
                Jedis admin = new Jedis(server.uri())) {
            admin.aclSetUser(
                    "app",
                    "on",
                    ">secret",
                    "~syncguard:*",
                    "resetchannels",
                    "&other:*",
                    "+@all",
                    "-zadd",
                    "-memory|usage",
                    "-info",
                    "-config");
            try (LockBackend backend = open(server.uri().replace("redis://", "redis://app:secret@"))) {
                RedisServerState state = RedisServerState.of(backend).get(0);

                assertThat(state.refused())
                        .contains(Set.of("zadd", "memory|usage", "info", "config|get", "publish", "subscribe"));
                assertThat(state.info()).isBlank();
                assertThat(state.settings()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("RDS-30 each master of a cluster that keeps locks is asked, and is one entry")
    protected void cluster() {
        try (RedisTestCluster cluster = RedisTestCluster.start(3, 0);
                LockBackend backend = open("redis-cluster://" + cluster.addresses())) {
            List<RedisServerState> states = RedisServerState.of(backend);

            assertThat(states.stream().map(state -> state.node().orElse("")).toList())
                    .containsExactlyInAnyOrder(cluster.addresses().split(","));
            assertThat(states).allSatisfy(state -> {
                assertThat(state.field("cluster_state")).contains("ok");
                assertThat(state.field("cluster_size")).contains("3");
                assertThat(state.settings()).containsOnlyKeys(settings());
            });
        }
    }
}
