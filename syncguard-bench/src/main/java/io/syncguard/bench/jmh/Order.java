package io.syncguard.bench.jmh;

import io.syncguard.bench.load.Load;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a candidate's JVM is told to do.
 *
 * @param load what to do
 * @param round which round it is, for JMH's results
 * @param warmUp how long before it counts
 * @param time how long it counts
 * @param json where JMH's results go; nowhere if it is the empty path
 */
public record Order(Load load, String round, Duration warmUp, Duration time, Path json) {
    private static final int FIELDS = 5;

    /** Returns an order whose results JMH need not write down. */
    public static Order unrecorded(Load load, Duration warmUp, Duration time) {
        return new Order(load, "0", warmUp, time, Path.of(""));
    }

    /** Returns it as one line of text. */
    public String line() {
        return String.join(
                "\t",
                load.name(),
                round,
                Long.toString(warmUp.toMillis()),
                Long.toString(time.toMillis()),
                json.toString());
    }

    /**
     * Returns the order in a line.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    public static Order read(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("not an order: '" + line + "'");
        }
        Load load = Load.named(fields[0])
                .orElseThrow(() -> new IllegalArgumentException("not a load: '" + fields[0] + "'"));
        return new Order(
                load,
                fields[1],
                Duration.ofMillis(Long.parseLong(fields[2])),
                Duration.ofMillis(Long.parseLong(fields[3])),
                Path.of(fields[4]));
    }
}
