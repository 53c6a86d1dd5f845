package io.syncguard.redis.lettuce;

import io.lettuce.core.ClientOptions;

/** Lettuce 6. Stateless. */
final class Lettuce6Features implements LettuceFeatures {
    /** Does nothing: it knows of no such notifications. */
    @Override
    public void withoutMaintenanceNotifications(ClientOptions.Builder options) {}
}
