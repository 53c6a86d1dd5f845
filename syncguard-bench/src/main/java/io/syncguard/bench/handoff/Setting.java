package io.syncguard.bench.handoff;

import java.time.Duration;

/**
 * What one table of the report is about.
 *
 * @param contenders how many contend
 * @param pause how long each parks between its sections
 */
public record Setting(int contenders, Duration pause) {

    /** Returns it in words. */
    public String title() {
        return contenders + " contenders, "
                + (pause.isZero() ? "no pause" : "a pause of " + pause.toMillis() + " ms between sections");
    }
}
