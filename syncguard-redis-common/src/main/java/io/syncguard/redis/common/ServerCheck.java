package io.syncguard.redis.common;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Warns of settings under which the server may lose locks, or fence counters, which matter if its clock goes back (FEN-1). Each
 * backend asks once, after its first answer, in the background. Says nothing where the server refuses to tell. Stateless.
 */
public final class ServerCheck {
    private static final Logger LOGGER = System.getLogger(ServerCheck.class.getName());

    private static final String COUNTERS =
            "the fence counters, which keep tokens rising if the server's clock goes back";

    private ServerCheck() {}

    /**
     * Returns whether only {@code CONFIG GET save} tells whether the server keeps anything on disk.
     *
     * @param info the answer to {@code INFO}
     */
    public static boolean needsSave(String info) {
        return "0".equals(field(info, "aof_enabled"));
    }

    /**
     * Logs a warning for each such setting. Does not block.
     *
     * @param info the answer to {@code INFO}
     * @param save the setting {@code save}; null if it is not known
     */
    public static void warn(String info, @Nullable String save) {
        warnings(info, save).forEach(warning -> LOGGER.log(Level.WARNING, warning));
    }

    static List<String> warnings(String info, @Nullable String save) {
        return Stream.of(evictionWarning(info), persistenceWarning(info, save))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns what to say if the server may evict locks. */
    static Optional<String> evictionWarning(String info) {
        String policy = field(info, "maxmemory_policy");
        String limit = field(info, "maxmemory");
        if (policy == null || limit == null || limit.equals("0") || policy.equals("noeviction")) {
            return Optional.empty();
        }
        String lost = policy.startsWith("volatile") ? "locks that are held" : "locks that are held, and " + COUNTERS;
        return Optional.of("This Redis may evict " + lost + " (maxmemory-policy " + policy
                + "). Set it to noeviction, or give the locks a Redis of their own.");
    }

    /** Returns what to say if the server keeps nothing on disk. */
    static Optional<String> persistenceWarning(String info, @Nullable String save) {
        return needsSave(info) && save != null && save.isBlank()
                ? Optional.of(
                        "This Redis keeps nothing on disk (appendonly no, no save points): a restart loses all locks, and "
                                + COUNTERS + ". Set appendonly to yes.")
                : Optional.empty();
    }

    /** Returns a field of the answer to {@code INFO}; null if it is not there. */
    static @Nullable String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse(null);
    }
}
