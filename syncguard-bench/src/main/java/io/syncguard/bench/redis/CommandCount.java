package io.syncguard.bench.redis;

import java.util.Set;

/**
 * How many commands a server has carried out.
 *
 * @param commands all of them, those that scripts call included, {@code INFO} not
 * @param scripts how many of them ran a script
 */
public record CommandCount(long commands, long scripts) {
    private static final String LINE_START = "cmdstat_";
    private static final String CALLS_START = "calls=";
    private static final Set<String> SCRIPTS = Set.of("eval", "evalsha", "eval_ro", "evalsha_ro", "fcall", "fcall_ro");

    /** Returns the count in the answer to {@code INFO commandstats}. */
    public static CommandCount in(String commandStats) {
        long commands = 0;
        long scripts = 0;
        for (String line : commandStats.lines().toList()) {
            int colon = line.indexOf(':');
            if (!line.startsWith(LINE_START) || colon < 0) {
                continue;
            }
            String command = line.substring(LINE_START.length(), colon);
            long calls = calls(line.substring(colon + 1));
            if (!command.equals("info")) {
                commands += calls;
            }
            if (SCRIPTS.contains(command)) {
                scripts += calls;
            }
        }
        return new CommandCount(commands, scripts);
    }

    private static long calls(String values) {
        for (String value : values.split(",", -1)) {
            if (value.startsWith(CALLS_START)) {
                return Long.parseLong(value.substring(CALLS_START.length()));
            }
        }
        throw new IllegalArgumentException("no number of calls in '" + values + "'");
    }

    public CommandCount minus(CommandCount earlier) {
        return new CommandCount(commands - earlier.commands, scripts - earlier.scripts);
    }
}
