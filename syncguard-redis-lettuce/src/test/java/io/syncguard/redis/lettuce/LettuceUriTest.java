package io.syncguard.redis.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.LockErrorCode;
import io.syncguard.LockException;
import io.syncguard.SyncGuard;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** URIs that are refused. */
class LettuceUriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis+lettuce://127.0.0.1:1?maxConnections=0",
                "redis+lettuce://127.0.0.1:1?maxConnections=many",
                "redis+lettuce://127.0.0.1:1?keyprefix=x",
                "redis+lettuce://127.0.0.1:1?keyPrefix=app:",
                "redis+lettuce://127.0.0.1:1?operationTimeoutMillis=0",
                "redis+lettuce://127.0.0.1:1/first",
                "redis+lettuce://127.0.0.1:99999"
            })
    @DisplayName("ERR-4 a URI that makes no sense is INVALID_ARGUMENT, before anything is connected")
    void refused(String uri) {
        assertThatThrownBy(() -> SyncGuard.connect(uri))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT));
    }
}
