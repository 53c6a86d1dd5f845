package io.syncguard.cli;

import io.syncguard.redis.common.RedisServerState;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which server it is. Immutable.
 *
 * @param name such as {@code Valkey 8.1.1}
 * @param major of the Redis that it is, or that it is compatible with
 */
record ServerRelease(String name, int major, int minor) {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\..*)?");

    /** Returns what {@code INFO} says; empty if it says nothing. */
    static Optional<ServerRelease> of(RedisServerState server) {
        return server.field("redis_version").flatMap(version -> {
            Matcher parts = NUMBER.matcher(version);
            if (!parts.matches()) {
                return Optional.empty();
            }
            String name =
                    server.field("valkey_version").map(own -> "Valkey " + own).orElse("Redis " + version);
            return Optional.of(
                    new ServerRelease(name, Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))));
        });
    }

    /** Returns whether it is older than that release of Redis. */
    boolean isBefore(int otherMajor, int otherMinor) {
        return major < otherMajor || (major == otherMajor && minor < otherMinor);
    }
}
