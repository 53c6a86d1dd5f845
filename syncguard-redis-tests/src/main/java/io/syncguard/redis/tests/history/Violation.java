package io.syncguard.redis.tests.history;

import java.util.List;

/**
 * Something that must not be. Immutable.
 *
 * @param kind what it is
 * @param key the key it happened to
 * @param what the events, for people
 * @param holders the two that come into each other's way, in the order in which they were granted the lock; none for other kinds
 */
record Violation(Kind kind, String key, String what, List<Holding> holders) {
    /** Returns one that two holders are in. */
    static Violation between(Kind kind, Holding earlier, Holding later) {
        return new Violation(kind, earlier.key(), later + " came after " + earlier, List.of(earlier, later));
    }

    /** Returns one that a call shows. */
    static Violation of(Kind kind, Call call, String what) {
        return new Violation(kind, call.key(), what + ": " + call, List.of());
    }

    enum Kind {
        /** Two held a lock at the same time, each by its own rules. */
        OVERLAP,
        /** A token is not greater than one that was given before. */
        TOKEN_ORDER,
        /** A key was locked that nobody can have held any more. */
        ORPHAN,
        /** A call took longer than it may. */
        SLOW_CALL
    }

    /**
     * Returns whether a failover accounts for it: it lost what the master had confirmed to the first of the two shortly before it failed,
     * or to either of them when it went on although it had been replaced. Tokens follow the clock, so they too are out of order only while
     * two masters give locks.
     */
    boolean isLossIn(Failover failover, HistoryRules rules) {
        if (holders.isEmpty()) {
            return false;
        }
        Holding earlier = holders.get(0);
        Holding later = holders.get(1);
        return later.grantedNanos() >= failover.faultNanos()
                && later.grantedNanos() <= failover.healedNanos() + rules.outlivesNanos()
                && (isLost(earlier, failover, rules)
                        || (earlier.grantedNanos() >= failover.faultNanos() && isLost(later, failover, rules)));
    }

    private static boolean isLost(Holding holder, Failover failover, HistoryRules rules) {
        return holder.confirmedNanos() >= failover.faultNanos() - rules.lag().toNanos()
                && holder.confirmedNanos() <= failover.healedNanos();
    }

    @Override
    public String toString() {
        return kind + " on " + key + ": " + what;
    }
}
