package io.syncguard.examples;

import io.syncguard.BackendUnavailableException;
import io.syncguard.FenceToken;
import io.syncguard.LockLostException;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;

/**
 * A job that a scheduler starts on every machine: one of them does it, and the others skip it. Its unit test needs no server and waits
 * for no time.
 */
final class ScheduledReport {
    static final String KEY = "report:daily";

    private static final LockOptions OPTIONS =
            LockOptions.defaults().withName("daily-report").withHeartbeat();

    private final SyncGuard guard;
    private final Writer writer;

    /** Does the work. */
    interface Writer {
        /** Writes the report. The fence goes with what it writes. */
        void write(FenceToken fence);
    }

    /** How a start of the job ended. */
    enum Outcome {
        WRITTEN,
        /** Another machine does it. */
        SKIPPED,
        /** It was written, and another machine may have done so at the same time: the fence decides whose report stays. */
        UNPROTECTED,
        /** The lock's server does not answer; the scheduler is to start the job again soon. */
        POSTPONED
    }

    ScheduledReport(SyncGuard guard, Writer writer) {
        this.guard = guard;
        this.writer = writer;
    }

    /** Does the job unless another machine does it. */
    Outcome start() {
        try {
            boolean ran = guard.tryRun(KEY, OPTIONS, lock -> writer.write(lock.fence()));
            return ran ? Outcome.WRITTEN : Outcome.SKIPPED;
        } catch (BackendUnavailableException e) {
            return Outcome.POSTPONED;
        } catch (LockLostException e) {
            return Outcome.UNPROTECTED;
        }
    }
}
