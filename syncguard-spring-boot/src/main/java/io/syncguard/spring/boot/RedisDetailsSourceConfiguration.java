package io.syncguard.spring.boot;

import io.syncguard.redis.jedis.JedisLockBackend;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.jedis.JedisClientConfiguration;

/** Locks through Jedis in the Redis of an application that uses another client itself. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({JedisLockBackend.class, DataRedisConnectionDetails.class, JedisClientConfiguration.class})
@ConditionalOnSingleCandidate(DataRedisConnectionDetails.class)
@ConditionalOnMissingBean(JedisBackendSource.class)
class RedisDetailsSourceConfiguration {
    @Bean
    JedisBackendSource syncGuardRedisDetailsSource(
            DataRedisConnectionDetails details,
            ObjectProvider<DataRedisProperties> redis,
            SyncGuardProperties properties) {
        return JedisBackendSource.to(
                () -> JedisServer.of(details, redis.getIfAvailable(DataRedisProperties::new)), properties);
    }
}
