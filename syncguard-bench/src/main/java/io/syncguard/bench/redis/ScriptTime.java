package io.syncguard.bench.redis;

/**
 * How many scripts a server has run, and how long they took it.
 *
 * @param calls how many
 * @param micros how long, in microseconds
 */
public record ScriptTime(long calls, long micros) {
    private static final String START = "cmdstat_evalsha:";

    /** Returns what the answer to {@code INFO commandstats} says of {@code EVALSHA}; zeros if nothing. */
    public static ScriptTime in(String commandStats) {
        return commandStats
                .lines()
                .filter(line -> line.startsWith(START))
                .map(line -> line.substring(START.length()))
                .map(values -> new ScriptTime(value(values, "calls="), value(values, "usec=")))
                .findFirst()
                .orElse(new ScriptTime(0, 0));
    }

    private static long value(String values, String name) {
        for (String value : values.split(",", -1)) {
            if (value.startsWith(name)) {
                return Long.parseLong(value.substring(name.length()).strip());
            }
        }
        throw new IllegalArgumentException("no " + name + " in '" + values + "'");
    }

    /** Returns what came after an earlier time. */
    public ScriptTime minus(ScriptTime earlier) {
        return new ScriptTime(calls - earlier.calls, micros - earlier.micros);
    }

    /** Returns how many microseconds each took; NaN if there were none. */
    public double each() {
        return calls == 0 ? Double.NaN : (double) micros / calls;
    }
}
