package io.syncguard.redis.tests.history;

import java.util.List;

/**
 * The time for which an actor held a lock by its own rules. Immutable.
 *
 * @param actor who held it
 * @param key what was locked
 * @param token the fencing token
 * @param askedNanos when the acquire began
 * @param grantedNanos when it was answered
 * @param endNanos when the actor asked for the release, was told of the loss, or could no longer be certain, whichever came first
 * @param confirmedNanos when the actor last knew that the server had the lock
 * @param touchedNanos when the actor may last have asked the server to keep the lock
 * @param freedNanos when a release was answered; {@link Long#MAX_VALUE} if none was
 */
record Holding(
        String actor,
        String key,
        long token,
        long askedNanos,
        long grantedNanos,
        long endNanos,
        long confirmedNanos,
        long touchedNanos,
        long freedNanos) {

    /**
     * Reads what followed a grant.
     *
     * @param events the grant and all that the actor wrote of this acquisition after it, in order
     */
    static Holding of(long askedNanos, List<HistoryEvent> events) {
        HistoryEvent grant = events.get(0);
        long end = grant.untilNanos();
        long confirmed = grant.nanos();
        long touched = grant.nanos();
        long freed = Long.MAX_VALUE;
        boolean ended = false;
        for (HistoryEvent event : events.subList(1, events.size())) {
            switch (event.kind()) {
                case HELD, EXTENDED -> {
                    if (!ended) {
                        end = event.untilNanos();
                    }
                    if (!ended && event.untilNanos() > event.nanos()) {
                        confirmed = event.nanos();
                    }
                }
                case LOST, GONE -> {
                    end = ended ? end : Math.min(end, event.nanos());
                    ended = true;
                }
                case ASKED -> {
                    if (Operation.valueOf(event.note()) == Operation.RELEASE) {
                        end = ended ? end : Math.min(end, event.nanos());
                        ended = true;
                    }
                }
                case RELEASED, ABSENT -> freed = Math.min(freed, event.nanos());
                default -> {}
            }
            // After its end it is only released, which keeps nothing.
            touched = ended ? touched : event.nanos();
        }
        return new Holding(
                grant.actor(), grant.key(), grant.value(), askedNanos, grant.nanos(), end, confirmed, touched, freed);
    }

    /** Returns whether the lock had ended, by the actor's own rules, when the answer arrived: after a stall. */
    boolean arrivedDead() {
        return endNanos <= grantedNanos;
    }
}
