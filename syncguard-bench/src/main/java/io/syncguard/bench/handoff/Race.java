package io.syncguard.bench.handoff;

import io.syncguard.bench.candidate.Candidate;
import java.time.Duration;

/** Lets contenders contend for one lock of one candidate. */
interface Race {
    /**
     * Runs it: a warm-up and then the time that counts. Blocks until all contenders and their clients are gone.
     *
     * @param lockName a name that no race had before
     * @throws RaceException if it could not be run to its end
     */
    RaceResult run(Candidate candidate, Setting setting, String lockName, Duration length)
            throws RaceException, InterruptedException;
}
