package io.syncguard.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import io.syncguard.testservers.SharedRedis;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Either backend can be chosen where those on Jedis and on Lettuce are both on the class path, as they are here. */
class ChoiceOfClientTest {
    @Test
    @DisplayName("redis:// with both clients present names both and says how to choose")
    void both() {
        assertThatThrownBy(() -> SyncGuard.connect("redis://localhost"))
                .isInstanceOf(LockException.class)
                .hasMessageContaining("syncguard-redis-jedis and syncguard-redis-lettuce")
                .hasMessageContaining("redis+jedis://")
                .hasMessageContaining("redis+lettuce://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis+jedis://", "redis+lettuce://"})
    @DisplayName("either of the two can be chosen")
    void chosen(String scheme) {
        String uri = SharedRedis.uri().replace("redis://", scheme)
                + "?operationTimeoutMillis=20000&connectTimeoutMillis=20000";
        try (SyncGuard guard = SyncGuard.connect(uri)) {
            assertThat(guard.isLocked("nobody's")).isFalse();
        }
    }
}
