package io.syncguard.bench.handoff;

/**
 * One call for the lock and what came of it. Times are of {@link System#nanoTime()}.
 *
 * @param contender who called, from 0
 * @param outcome how it ended
 * @param wantedNanos just before the call for the lock
 * @param endedNanos just after that call, whether it got the lock or not
 * @param releasingNanos just before the call to give the lock back; the same as {@code endedNanos} where there was none
 */
record Attempt(int contender, Outcome outcome, long wantedNanos, long endedNanos, long releasingNanos) {

    boolean wasAcquired() {
        return outcome.wasAcquired();
    }
}
