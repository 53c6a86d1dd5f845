package io.syncguard.conformance;

import org.junit.jupiter.api.Assumptions;

/**
 * Checks for which a lock that is about to end has to be looked at in time. Too late a look finds what no backend could help, on a
 * machine that is busy or was suspended, and proves nothing.
 */
final class Timely {
    private static final int MOST_ATTEMPTS = 10;

    private Timely() {}

    /**
     * Runs a check until an attempt passes, or fails within its time. If every attempt comes too late, skips the test, and says so.
     *
     * @param rule the rule that is checked
     * @param millis for how long after its start a failure of an attempt counts
     * @param attempt takes locks of its own each time
     */
    static void check(String rule, long millis, Runnable attempt) {
        for (int attempts = 0; attempts < MOST_ATTEMPTS; attempts++) {
            long start = System.nanoTime();
            try {
                attempt.run();
                return;
            } catch (AssertionError e) {
                if (Await.elapsedMillis(start) < millis) {
                    throw e;
                }
            }
        }
        Assumptions.abort(rule + " could not be checked: machine or server took more than " + millis
                + " ms for each of " + MOST_ATTEMPTS + " attempts");
    }
}
