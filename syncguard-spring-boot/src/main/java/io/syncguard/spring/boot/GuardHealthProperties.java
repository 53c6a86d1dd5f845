package io.syncguard.spring.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the health check.
 *
 * @param enabled Whether to check that locks can be acquired.
 * @param timeout Longest time that the check takes. After that the status is DOWN.
 */
@ConfigurationProperties("management.health.syncguard")
record GuardHealthProperties(@DefaultValue("true") boolean enabled, @DefaultValue("2s") Duration timeout) {
    GuardHealthProperties {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidSyncGuardPropertiesException(
                    "management.health.syncguard.timeout must be more than zero, not " + timeout,
                    "Correct the value of management.health.syncguard.timeout.");
        }
    }
}
