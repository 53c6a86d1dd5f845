package io.syncguard.spring.boot;

import java.util.List;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.Container;

/** Has locks kept in a Redis or Valkey container that is annotated with {@code @ServiceConnection}. */
final class RedisContainerDetailsFactory
        extends ContainerConnectionDetailsFactory<Container<?>, SyncGuardConnectionDetails> {
    private static final List<String> IMAGES = List.of("redis", "valkey/valkey");
    private static final int PORT = 6379;

    RedisContainerDetailsFactory() {
        super(IMAGES);
    }

    @Override
    protected SyncGuardConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
        return new Details(source);
    }

    private static final class Details extends ContainerConnectionDetails<Container<?>>
            implements SyncGuardConnectionDetails {
        Details(ContainerConnectionSource<Container<?>> source) {
            super(source);
        }

        @Override
        public String getUri() {
            return "redis://" + getContainer().getHost() + ":" + getContainer().getMappedPort(PORT);
        }
    }
}
