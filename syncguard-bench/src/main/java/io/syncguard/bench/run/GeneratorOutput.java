package io.syncguard.bench.run;

import java.util.List;

/**
 * What {@code redis-benchmark --csv} says of one command.
 *
 * @param perSecond how many commands a second
 * @param p50Micros the time that half of them did not exceed
 * @param p99Micros the same for 99 of 100
 */
record GeneratorOutput(double perSecond, double p50Micros, double p99Micros) {
    /** Rate, mean, least, p50, p95, p99, most: what follows the command itself, which may contain anything. */
    private static final int FIELDS = 7;

    private static final int P50 = 3;
    private static final int P99 = 5;

    /**
     * Returns the last line of such an output.
     *
     * @throws IllegalArgumentException if there is no such line
     */
    static GeneratorOutput in(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        String[] fields = last.split(",", -1);
        if (fields.length <= FIELDS) {
            throw new IllegalArgumentException("redis-benchmark said '" + last + "'");
        }
        int first = fields.length - FIELDS;
        return new GeneratorOutput(
                number(fields[first]), 1000 * number(fields[first + P50]), 1000 * number(fields[first + P99]));
    }

    private static double number(String field) {
        try {
            return Double.parseDouble(field.replace("\"", "").strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("redis-benchmark said " + field + " where a number was due", e);
        }
    }
}
