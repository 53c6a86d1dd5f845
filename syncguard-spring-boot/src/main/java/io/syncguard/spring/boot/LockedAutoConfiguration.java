package io.syncguard.spring.boot;

import io.syncguard.spring.EnableLocked;
import io.syncguard.spring.LockedConfiguration;
import io.syncguard.spring.LockedDefaults;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Has methods that are annotated with {@code @Locked} run under a lock, unless {@code syncguard.locked.enabled} is false. Without a {@code
 * SyncGuard} the start fails if there are any.
 */
@AutoConfiguration(after = SyncGuardAutoConfiguration.class)
@ConditionalOnClass(EnableLocked.class)
@ConditionalOnSwitch("syncguard.locked.enabled")
@EnableConfigurationProperties(LockedProperties.class)
public final class LockedAutoConfiguration {
    /** Called by the container. */
    public LockedAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    LockedDefaults syncGuardLockedDefaults(LockedProperties properties) {
        return properties.defaults();
    }

    /**
     * An application that says {@code @EnableLocked} itself may give another order. Each context has one of its own: that of a parent makes
     * no proxies here.
     */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(value = LockedConfiguration.class, search = SearchStrategy.CURRENT)
    @EnableLocked
    static class Enabled {}
}
