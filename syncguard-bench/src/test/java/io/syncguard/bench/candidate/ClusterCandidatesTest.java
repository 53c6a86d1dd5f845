package io.syncguard.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.bench.jmh.KeyNames;
import io.syncguard.bench.redis.MonitoredCluster;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.RedisClusterClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterCandidatesTest {
    /** So many that each node has some. */
    private static final int LOCKS = 20;

    private final MonitoredCluster cluster = new MonitoredCluster();

    @BeforeEach
    void forgetScripts() {
        try (RedisClusterClient client = JedisClients.inCluster(cluster.uri())) {
            client.scriptFlush();
        }
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    static Stream<String> inCluster() {
        return Candidates.ALL.stream().filter(Candidate::inCluster).map(Candidate::name);
    }

    @Test
    @DisplayName("this library is in a cluster by URI and with a client handed in, beside the bare client")
    void who() {
        assertThat(inCluster())
                .containsExactly("syncguard-jedis-cluster", "syncguard-jedis-cluster-handed-in", "raw-jedis-cluster");
    }

    @ParameterizedTest
    @MethodSource("inCluster")
    @DisplayName(
            "in a cluster all take locks on all nodes, give them back, and find the nodes empty once they were emptied")
    void pairs(String name) throws Exception {
        try (Client client = Candidates.named(name).orElseThrow().open(cluster.uri(), 1)) {
            Preparation.of(client.lock(KeyNames.of(0, 0)), 2);
            List<ContendedLock> locks = Stream.iterate(0, i -> i + 1)
                    .limit(LOCKS)
                    .map(i -> client.lock(KeyNames.of(i, 0)))
                    .toList();
            for (ContendedLock lock : locks) {
                assertThat(lock.lock()).isTrue();
                lock.unlock();
                assertThat(lock.lock()).isTrue();
            }
            cluster.empty();
            for (ContendedLock lock : locks) {
                assertThat(lock.lock()).isTrue();
                lock.unlock();
            }
            assertThat(client.asyncPair(KeyNames.of(0, 0))).isEmpty();
            assertThat(client.operations(KeyNames.of(0, 0))).isEmpty();
        }
    }
}
