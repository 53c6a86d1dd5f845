package io.syncguard.spring.boot;

import io.syncguard.SyncGuard;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Configures the health check of each {@link SyncGuard}, unless {@code management.health.syncguard.enabled} is false. */
@AutoConfiguration(after = SyncGuardAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(SyncGuard.class)
@ConditionalOnEnabledHealthIndicator("syncguard")
@EnableConfigurationProperties(GuardHealthProperties.class)
public final class SyncGuardHealthContributorAutoConfiguration
        extends CompositeHealthContributorConfiguration<GuardHealthIndicator, SyncGuard> {

    SyncGuardHealthContributorAutoConfiguration(GuardHealthProperties properties) {
        super(guard -> new GuardHealthIndicator(guard, properties.timeout()));
    }

    @Bean
    @ConditionalOnMissingBean(name = {"syncguardHealthIndicator", "syncguardHealthContributor"})
    HealthContributor syncguardHealthContributor(ConfigurableListableBeanFactory beans) {
        return createContributor(beans, SyncGuard.class);
    }
}
