package io.syncguard.examples;

import io.syncguard.FenceToken;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;
import java.time.Duration;

/**
 * Does each job once, however many processes are handed it at the same time: whoever has the job's lock looks whether the
 * job is still to be done.
 */
final class JobDeduplication {
    private static final LockOptions PATIENT = LockOptions.defaults()
            .withHeartbeat()
            .withTimeout(Duration.ofMinutes(5))
            .withMaxRetries(Integer.MAX_VALUE);

    private final SyncGuard guard;
    private final Jobs jobs;

    /** Where all processes see what has been done. */
    interface Jobs {
        boolean isPending(String jobId);

        void execute(String jobId);

        /** Writes down that a job is done; refuses a fence that is less than one it has seen. */
        void markDone(String jobId, FenceToken fence);
    }

    JobDeduplication(SyncGuard guard, Jobs jobs) {
        this.guard = guard;
        this.jobs = jobs;
    }

    /**
     * Returns once the job is done, whoever did it.
     *
     * @return whether this call did it
     */
    boolean process(String jobId) {
        return guard.call("job:" + jobId, PATIENT, lock -> {
            if (!jobs.isPending(jobId)) {
                return false;
            }
            jobs.execute(jobId);
            jobs.markDone(jobId, lock.fence());
            return true;
        });
    }
}
