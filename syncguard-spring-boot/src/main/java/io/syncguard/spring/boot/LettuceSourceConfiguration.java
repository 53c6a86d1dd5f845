package io.syncguard.spring.boot;

import io.syncguard.redis.lettuce.LettuceLockBackend;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Locks through the application's Lettuce client. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({LettuceLockBackend.class, LettuceConnectionFactory.class})
@ConditionalOnSingleCandidate(LettuceConnectionFactory.class)
class LettuceSourceConfiguration {
    @Bean
    LettuceBackendSource syncGuardLettuceSource(
            LettuceConnectionFactory factory,
            SyncGuardProperties properties,
            ObjectProvider<RedisStaticMasterReplicaConfiguration> fixedMasters,
            Environment environment) {
        boolean masterReplica = fixedMasters.stream().findAny().isPresent()
                || Binder.get(environment)
                        .bind("spring.data.redis.masterreplica.nodes", Bindable.listOf(String.class))
                        .isBound();
        return new LettuceBackendSource(factory, properties, masterReplica);
    }
}
