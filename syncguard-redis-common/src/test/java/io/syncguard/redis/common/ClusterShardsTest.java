package io.syncguard.redis.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncguard.LockId;
import io.syncguard.LockKey;
import io.syncguard.Ttl;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterShardsTest {
    private static final int SLOTS = 16_384;
    private static final int KEYS = 100_000;
    private static final Ttl TTL = new Ttl(30_000);

    private final RedisRequests requests =
            RedisRequests.inCluster(RedisOptions.defaults().withKeyPrefix("app"));

    private static List<String> texts(byte[][] parts) {
        return Arrays.stream(parts)
                .map(part -> new String(part, StandardCharsets.UTF_8))
                .toList();
    }

    /** As Redis Cluster's specification says: CRC16, polynomial 1021, of what is between the first braces. */
    private static int slot(String name) {
        String tag = name.substring(name.indexOf('{') + 1, name.indexOf('}'));
        int crc = 0;
        for (byte each : tag.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (each & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
        }
        return (crc & 0xffff) % SLOTS;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 6, 8, 12, 16})
    @DisplayName("CLU-1 random keys are spread evenly over masters that have equal parts of the slots")
    void spread(int masters) {
        int[] counts = new int[masters];
        Random random = new Random(masters);
        for (int i = 0; i < KEYS; i++) {
            LockKey key = LockKey.of("job-" + random.nextLong());
            String name = texts(requests.lookup(key).keys()).get(0);
            counts[(int) ((long) slot(name) * masters / SLOTS)]++;
        }

        int even = KEYS / masters;
        for (int count : counts) {
            assertThat(count).isBetween(even * 90 / 100, even * 110 / 100);
        }
    }

    @Test
    @DisplayName("CLU-1 whatever an operation names is in one slot, and an id alone leads to it")
    void oneSlot() {
        for (int i = 0; i < 1_000; i++) {
            LockKey key = LockKey.of("job-{" + i + "}");
            LockId id = requests.newLockId(key);
            List<String> names = texts(requests.acquire(key, id, TTL).keys());

            assertThat(names.stream().map(ClusterShardsTest::slot).distinct()).hasSize(1);
            assertThat(texts(requests.release(id).keys())).containsExactly(names.get(1));
            assertThat(texts(requests.lookup(id).keys())).containsExactly(names.get(1));
            assertThat(texts(requests.release(id).arguments()))
                    .element(1)
                    .isEqualTo(names.get(0)
                            .substring(0, names.get(0).length() - key.value().length()));
        }
    }

    @Test
    @DisplayName("CLU-1, ID-1 ids of one key differ, also where they say the shard")
    void ids() {
        LockKey key = LockKey.of("job");

        LockId one = requests.newLockId(key);
        LockId other = requests.newLockId(key);

        assertThat(one).isNotEqualTo(other);
        assertThat(one.shard()).isEqualTo(other.shard());
    }
}
