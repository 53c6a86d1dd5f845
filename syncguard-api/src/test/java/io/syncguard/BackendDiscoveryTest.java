package io.syncguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncguard.spi.BackendUri;
import io.syncguard.spi.LockBackend;
import io.syncguard.spi.LockBackendProvider;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a URI finds its backend, and what is said when it does not. */
class BackendDiscoveryTest {
    private record Provider(String name, Set<String> schemes) implements LockBackendProvider {
        @Override
        public LockBackend open(BackendUri uri) {
            return new ScriptedBackend();
        }
    }

    private static final Provider JEDIS = new Provider("syncguard-redis-jedis", Set.of("redis", "redis+jedis"));
    private static final Provider LETTUCE = new Provider("syncguard-redis-lettuce", Set.of("redis", "redis+lettuce"));

    @Test
    @DisplayName("the one provider of a scheme opens the backend")
    void found() {
        BackendDiscovery discovery = new BackendDiscovery(List.of(JEDIS, new Provider("memory", Set.of("memory"))));

        assertThat(discovery.open("REDIS://localhost")).isInstanceOf(ScriptedBackend.class);
    }

    @Test
    @DisplayName("without a provider the message names the artifact to add")
    void none() {
        assertThatThrownBy(() -> new BackendDiscovery(List.of()).open("redis://localhost"))
                .isInstanceOfSatisfying(
                        LockException.class, e -> assertThat(e.code()).isEqualTo(LockErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("add io.syncguard:syncguard-redis-jedis")
                .hasMessageContaining("no backend is on the class path");
    }

    @Test
    @DisplayName("for a scheme nobody knows the message says what there is")
    void unknownScheme() {
        assertThatThrownBy(() -> new BackendDiscovery(List.of(JEDIS)).open("etcd://localhost"))
                .hasMessageContaining("no backend opens etcd")
                .hasMessageContaining("syncguard-redis-jedis [redis, redis+jedis]");
    }

    @Test
    @DisplayName("with two providers the message names both and how to choose, and the choice works")
    void two() {
        BackendDiscovery both = new BackendDiscovery(List.of(JEDIS, LETTUCE));

        assertThatThrownBy(() -> both.open("redis://localhost"))
                .hasMessageContaining("syncguard-redis-jedis and syncguard-redis-lettuce")
                .hasMessageContaining("redis+jedis://, redis+lettuce://");
        assertThat(both.open("redis+lettuce://localhost")).isNotNull();
    }

    @Test
    @DisplayName("a provider that cannot be loaded is reported with its cause")
    void broken() {
        Iterable<LockBackendProvider> providers = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public LockBackendProvider next() {
                throw new ServiceConfigurationError("no such class");
            }
        };

        assertThatThrownBy(() -> new BackendDiscovery(providers).open("redis://localhost"))
                .isInstanceOf(LockException.class)
                .hasCauseInstanceOf(ServiceConfigurationError.class);
    }

    @Test
    @DisplayName("ERR-4 no URI is INVALID_ARGUMENT, not a null pointer")
    void nothing() {
        assertThatThrownBy(() -> SyncGuard.connect(null)).isInstanceOf(LockException.class);
    }
}
