package io.syncguard.spring;

import io.syncguard.LockOptions;
import io.syncguard.LossPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One lock of a method.
 *
 * @param guard the name of the bean; empty for the only one
 * @param ttl null for that of the defaults
 */
record LockSpec(
        KeyTemplate key,
        String guard,
        @Nullable Duration ttl,
        Duration minHold,
        boolean heartbeat,
        String name,
        LossPolicy lossPolicy) {

    /** Returns the options without a limit to the wait. */
    LockOptions options(LockedDefaults defaults) {
        LockOptions options = LockOptions.defaults()
                .withTtl(ttl == null ? defaults.ttl() : ttl)
                .withMinHold(minHold)
                .withName(name)
                .withLossPolicy(lossPolicy);
        return heartbeat ? options.withHeartbeat() : options.withoutHeartbeat();
    }
}
