package io.syncguard.redis.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;

/** Lettuce 7. Stateless. */
final class Lettuce7Features implements LettuceFeatures {
    /** Returns whether the Lettuce on the class path has them. */
    static boolean arePresent() {
        try {
            Class.forName("io.lettuce.core.MaintNotificationsConfig", false, ClientOptions.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    public void withoutMaintenanceNotifications(ClientOptions.Builder options) {
        options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
    }
}
