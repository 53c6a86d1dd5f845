package io.syncguard.testservers;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which server, and which version of it. Immutable.
 *
 * @param product {@code Redis} or {@code Valkey}
 */
public record ServerVersion(String product, int major, int minor) {
    private static final Pattern ANSWER =
            Pattern.compile("(Redis|Valkey) server v=(\\d{1,9})\\.(\\d{1,9})\\..*", Pattern.DOTALL);

    /** Returns what a server says of itself when it is asked by {@code --version}; empty if no server says so. */
    static Optional<ServerVersion> of(String answer) {
        Matcher found = ANSWER.matcher(answer);
        return found.matches()
                ? Optional.of(new ServerVersion(
                        found.group(1), Integer.parseInt(found.group(2)), Integer.parseInt(found.group(3))))
                : Optional.empty();
    }

    /** Returns whether it lacks what came with Redis 7.0, such as sharded channels. Each Valkey has that. */
    public boolean isBeforeRedis7() {
        return major < 7;
    }

    @Override
    public String toString() {
        return product + " " + major + "." + minor;
    }
}
