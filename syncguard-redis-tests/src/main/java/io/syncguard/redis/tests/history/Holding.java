package io.syncguard.redis.tests.history;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The time for which an actor held a lock by its own rules. Immutable.
 *
 * @param actor who held it
 * @param key what was locked
 * @param token the fencing token
 * @param askedNanos when the acquire began
 * @param grantedNanos when it was answered
 * @param endNanos when the actor asked for the release, was told of the loss, or could no longer be certain, whichever came first
 * @param confirmedNanos when the actor last heard of the server that it has the lock, by the grant, an extension or a heartbeat
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
    /** What two looks at the clocks may differ by. A lock that gains more was prolonged by the server. */
    private static final long NOTABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * Reads what followed a grant.
     *
     * @param events the grant and all that the actor wrote of this acquisition after it, in order
     */
    static Holding of(long askedNanos, List<HistoryEvent> events) {
        HistoryEvent grant = events.get(0);
        long end = grant.untilNanos();
        long furthest = grant.untilNanos();
        long confirmed = grant.nanos();
        long touched = grant.nanos();
        long freed = Long.MAX_VALUE;
        boolean ended = false;
        for (HistoryEvent event : events.subList(1, events.size())) {
            switch (event.kind()) {
                case HELD, EXTENDED -> {
                    if (event.untilNanos() <= event.nanos()) {
                        // Nothing was left at that look, so when the lock ended is known from the look before.
                        ended = true;
                        break;
                    }
                    if (!ended && event.untilNanos() > furthest + NOTABLE_NANOS) {
                        confirmed = event.nanos();
                    }
                    // A look during which the thread stalled sees an end that is too early, and the next one the same
                    // as before.
                    furthest = Math.max(furthest, event.untilNanos());
                    if (!ended) {
                        end = event.untilNanos();
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
