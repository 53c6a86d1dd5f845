package io.syncguard.conformance;

import org.jspecify.annotations.Nullable;

/**
 * How a run of one of the suite's tests ended.
 *
 * @param view the view it ran in; null if it failed before it had one
 * @param reason of a skip; otherwise empty
 */
record Outcome(SuiteTest test, @Nullable View view, Kind kind, String reason) {
    enum Kind {
        PASSED,
        FAILED,
        SKIPPED
    }

    boolean isIn(View asked) {
        return view == null || view == asked;
    }
}
