package io.syncguard.examples;

import io.syncguard.FenceToken;
import io.syncguard.LockOptions;
import io.syncguard.SyncGuard;

/**
 * Executes each job once, however many workers a queue delivers it to. A worker that finds the lock taken skips the job and leaves
 * it in the queue. The worker that has the lock looks whether the job is still pending.
 *
 * <p>Jobs share a fixed number of keys, because every key that was ever locked keeps its fence counter, unless the option
 * {@code fenceRetention} lets unused ones expire (FEN-4). A key for each job would leave one behind for each job. Two jobs of one
 * bucket delay each other and nothing else.
 */
final class JobDeduplication {
    /** Never change it while workers run: they would no longer exclude each other. */
    private static final int BUCKETS = 64;

    private static final LockOptions RENEWED =
            LockOptions.defaults().withHeartbeat().withName("job");

    private final SyncGuard guard;
    private final Jobs jobs;

    /** Where all workers see what has been done. */
    interface Jobs {
        boolean isPending(String jobId);

        /**
         * Does the job and records that it is done. Refuses a fence that is less than the greatest one recorded for the bucket:
         * its worker lost the lock without noticing.
         */
        void execute(String jobId, FenceToken fence);
    }

    JobDeduplication(SyncGuard guard, Jobs jobs) {
        this.guard = guard;
        this.jobs = jobs;
    }

    /**
     * Processes a job that was delivered.
     *
     * @return true if the job is done, now or before; false if another worker has the bucket, so that the job must stay in the
     *     queue to be delivered again
     */
    boolean process(String jobId) {
        return guard.tryRun(keyOf(jobId), RENEWED, lock -> {
            if (jobs.isPending(jobId)) {
                jobs.execute(jobId, lock.fence());
            }
        });
    }

    static String keyOf(String jobId) {
        return "job:" + Math.floorMod(jobId.hashCode(), BUCKETS);
    }
}
