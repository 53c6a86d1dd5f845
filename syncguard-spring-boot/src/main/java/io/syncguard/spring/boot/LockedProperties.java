package io.syncguard.spring.boot;

import io.syncguard.spring.LockedDefaults;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of locked methods.
 *
 * @param enabled Whether methods that are annotated with Locked run under a lock. With false they run without one.
 * @param ttl How long the lock of a method lives unless it is extended, where its annotation says nothing. 30 seconds unless set.
 * @param waitFor How long a method waits for its lock, where its annotation says nothing. 5 seconds unless set.
 */
@ConfigurationProperties("syncguard.locked")
record LockedProperties(@DefaultValue("true") boolean enabled, @Nullable Duration ttl, @Nullable Duration waitFor) {

    /** Returns the defaults of annotations. */
    LockedDefaults defaults() {
        LockedDefaults defaults =
                BackendOptions.with(LockedDefaults.defaults(), "syncguard.locked.ttl", ttl, LockedDefaults::withTtl);
        return BackendOptions.with(defaults, "syncguard.locked.wait-for", waitFor, LockedDefaults::withWaitFor);
    }
}
