package io.syncguard.cli;

import java.time.Duration;

/** Durations as people read them, in two units at most: {@code 3 m 20 s}. Stateless. */
final class HumanDuration {
    private HumanDuration() {}

    /** Returns the duration, or that of zero if it is negative. */
    static String of(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 1_000) {
            return millis + " ms";
        }
        long seconds = millis / 1_000;
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return two(minutes, "m", seconds % 60, "s");
        }
        long hours = minutes / 60;
        return hours < 24 ? two(hours, "h", minutes % 60, "m") : two(hours / 24, "d", hours % 24, "h");
    }

    private static String two(long more, String unit, long less, String lesserUnit) {
        return more + " " + unit + (less == 0 ? "" : " " + less + " " + lesserUnit);
    }
}
