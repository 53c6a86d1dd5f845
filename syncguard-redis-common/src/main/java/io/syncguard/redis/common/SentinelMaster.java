package io.syncguard.redis.common;

import java.util.Optional;

/**
 * The master that sentinels are asked for, and how to log in with them.
 *
 * @param name what the sentinels call it
 * @param user the sentinels' ACL user; empty for the default user
 * @param password the sentinels' password; empty for none
 */
public record SentinelMaster(String name, Optional<String> user, Optional<String> password) {
    /** Returns the name, and nothing secret. */
    @Override
    public String toString() {
        return name;
    }
}
