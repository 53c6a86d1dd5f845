package io.syncguard.spring.boot;

import io.syncguard.redis.jedis.JedisLockBackend;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.jedis.JedisConnectionFactory;

/** Locks through Jedis, with the settings of the application's connection factory. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({JedisLockBackend.class, JedisConnectionFactory.class})
@ConditionalOnSingleCandidate(JedisConnectionFactory.class)
class JedisSourceConfiguration {
    @Bean
    JedisBackendSource syncGuardJedisSource(JedisConnectionFactory factory, SyncGuardProperties properties) {
        return JedisBackendSource.like(() -> JedisServer.of(factory), properties);
    }
}
