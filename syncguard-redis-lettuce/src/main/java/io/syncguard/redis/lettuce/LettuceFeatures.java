package io.syncguard.redis.lettuce;

import io.lettuce.core.ClientOptions;

/**
 * What only some of the supported versions of Lettuce have (ADR 28). Nothing else in this package may name it. Chosen once, when the
 * first client is opened by URI. Stateless.
 */
interface LettuceFeatures {
    /** Those of the Lettuce on the class path. */
    LettuceFeatures PRESENT = Lettuce7Features.arePresent() ? new Lettuce7Features() : new Lettuce6Features();

    /** Has a client ask its servers for no notifications of their maintenance. */
    void withoutMaintenanceNotifications(ClientOptions.Builder options);
}
