package io.syncguard.spring.boot;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.syncguard.micrometer.LockMeters;
import io.syncguard.micrometer.LockObservationConvention;
import io.syncguard.micrometer.LockObservations;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Configures meters and observations of locks where the application has registries for them. Boot binds the meters. To have some of them
 * only, use Boot's {@code management.metrics.enable} and {@code management.observations.enable}.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnSwitch("syncguard.enabled")
public final class SyncGuardMicrometerAutoConfiguration {
    /** Called by the container. */
    public SyncGuardMicrometerAutoConfiguration() {}

    /** Meters. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({LockMeters.class, MeterRegistry.class})
    @ConditionalOnBean(MeterRegistry.class)
    static class Meters {
        @Bean
        @ConditionalOnMissingBean
        LockMeters syncGuardLockMeters() {
            return LockMeters.create();
        }
    }

    /** Observations, from which spans are made. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({LockObservations.class, ObservationRegistry.class})
    @ConditionalOnBean(ObservationRegistry.class)
    static class Observations {
        @Bean
        @ConditionalOnMissingBean
        LockObservations syncGuardLockObservations(
                ObservationRegistry registry, ObjectProvider<LockObservationConvention> conventions) {
            LockObservationConvention own = conventions.getIfUnique();
            return own == null ? LockObservations.on(registry) : LockObservations.on(registry, own);
        }
    }
}
