package io.syncguard.spring.boot;

import io.syncguard.Backend;
import io.syncguard.SyncGuard;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Configures the endpoint {@code locks}, which lists who holds what, where it is exposed. */
@AutoConfiguration(after = SyncGuardAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(SyncGuard.class)
@ConditionalOnAvailableEndpoint(LocksEndpoint.class)
@EnableConfigurationProperties(LocksEndpointProperties.class)
public final class LocksEndpointAutoConfiguration {
    /** Called by the container. */
    public LocksEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    LocksEndpoint locksEndpoint(
            ObjectProvider<RestartableGuard> guards,
            ObjectProvider<Backend> backends,
            LocksEndpointProperties properties) {
        return new LocksEndpoint(
                () -> Optional.ofNullable(guards.getIfAvailable())
                        .map(RestartableGuard::backend)
                        .or(() -> Optional.ofNullable(backends.getIfUnique())),
                properties);
    }
}
