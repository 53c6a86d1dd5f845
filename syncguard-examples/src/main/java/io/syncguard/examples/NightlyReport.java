package io.syncguard.examples;

import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Runs a scheduled task on one of many machines. The machines whose schedule fires while the task runs skip it. The minimum hold
 * also makes a machine skip whose clock is a few seconds behind, when the task was short.
 */
final class NightlyReport {
    static final String KEY = "nightly-report";

    private static final LockOptions OPTIONS = LockOptions.defaults()
            .withHeartbeat()
            .withMinHold(Duration.ofSeconds(20))
            .withName("nightly-report");

    private final SyncGuard guard;
    private final Runnable report;

    NightlyReport(SyncGuard guard, Runnable report) {
        this.guard = guard;
        this.report = report;
    }

    /** Returns whether this machine wrote the report. False means that another one did or is doing it. */
    boolean writeUnlessTaken() {
        return guard.tryRun(KEY, OPTIONS, report::run);
    }
}
