package io.syncguard.spring.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of the endpoint that lists locks.
 *
 * @param showKeys Whether the endpoint shows raw keys beside their fingerprints. For keys without personal data.
 * @param limit Most locks that are listed, from 1 to 10000.
 * @param timeout Longest time that a list takes. It then shows the locks found so far.
 */
@ConfigurationProperties("management.endpoint.locks")
record LocksEndpointProperties(
        @DefaultValue("false") boolean showKeys, @DefaultValue("100") int limit, @DefaultValue("5s") Duration timeout) {
    private static final int MOST = 10_000;

    LocksEndpointProperties {
        if (limit < 1 || limit > MOST) {
            throw new InvalidSyncGuardPropertiesException(
                    "management.endpoint.locks.limit must be from 1 to " + MOST + ", not " + limit,
                    "Correct the value of management.endpoint.locks.limit.");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidSyncGuardPropertiesException(
                    "management.endpoint.locks.timeout must be more than zero, not " + timeout,
                    "Correct the value of management.endpoint.locks.timeout.");
        }
    }
}
